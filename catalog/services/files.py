"""Content files of the catalogue: one service a file. Read and checked completely before anything is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from catalog.resolution.values import FIELDS, Json, Layer
from catalog.services.fields import TARGET_GROUPS
from catalog.services.reserved import RESERVED_SLUGS
from catalog.services.responsibilities import AREA, clean_responsibility
from catalog.services.structured import WrongValueError
from catalog.services.validation import clean_value
from tenants.errors import InvalidInput
from tenants.yamlfiles import read_yaml

_SLUG: Final = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_LEIKA: Final = re.compile(r"^99\d{12}$")
_KEYS: Final = frozenset(
    {
        "slug",
        "id",
        "layer",
        "area",
        "base",
        "typing",
        "ozg_maturity",
        "category_codes",
        "target_groups",
        "leika",
        "origin",
        "version",
        "published_at",
        "approved_at",
        "locked",
        "values",
        "layers",
        "responsibilities",
        "state",
        "prominence",
        "valid_from",
        "valid_to",
    }
)

_RESPONSIBILITY_KEYS: Final = frozenset({"area", "role", "own", "nobody", "unit", "authority", "online"})


class ContentError(ValueError):
    """A content file is wrong. `file` and `field` say where."""

    def __init__(self, file: str, field: str, message: str) -> None:
        """Say it all in one line."""
        super().__init__(f"{file}: {field}: {message}")
        self.file, self.field, self.message = file, field, message


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """A value of one layer, cleaned."""

    layer: Layer
    area: str
    field: str
    language: str
    value: Json
    is_locked: bool

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is unique within a service."""
        return (self.layer.value, self.area, self.field, self.language)


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service as its file has it. `facts` are the columns of the service, `responsibilities` those of its rows.

    `first_version`: the number of its first version here; each change makes the next. `approved_at`: the day on which
    somebody has said that it is right in substance.
    """

    id: UUID
    slug: str
    facts: Mapping[str, Any]
    first_version: int
    published_at: dt.datetime
    values: tuple[ValueEntry, ...]
    responsibilities: tuple[Mapping[str, Any], ...]
    approved_at: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A topic as the file has it."""

    code: str
    order: int
    icon: str
    labels: Mapping[str, Mapping[str, str]]


def read_categories(path: Path) -> list[CategoryEntry]:
    """Read `categories.yaml`. Raises: ContentError."""
    found = require_mapping(load_yaml(path), path.name, "categories")
    entries = []
    for number, one in enumerate(found.get("categories") or [], start=1):
        data = require_mapping(one, path.name, f"categories[{number}]")
        code = str(data.get("code") or "")
        labels = {language: data[language] for language in ("de", "en") if language in data}
        if not code or not (labels.get("de") or {}).get("label"):
            raise ContentError(path.name, f"categories[{number}]", "needs a code and a German label")
        entries.append(CategoryEntry(code, int(data.get("order", number)), str(data.get("icon") or code), labels))
    if not entries:
        raise ContentError(path.name, "categories", "is empty")
    return entries


def read_services(folder: Path, *, category_codes: frozenset[str]) -> list[ServiceEntry]:
    """Read all services of a folder. Raises: ContentError for the first thing that is wrong."""
    entries = [read_service(path, category_codes=category_codes) for path in sorted(folder.glob("*.yaml"))]
    seen: dict[object, str] = {}
    for entry in entries:
        for mark in (entry.id, entry.slug):
            if mark in seen:
                raise ContentError(f"{entry.slug}.yaml", "id", f"{mark} is used by {seen[mark]} too")
            seen[mark] = f"{entry.slug}.yaml"
    return entries


def read_service(path: Path, *, category_codes: frozenset[str]) -> ServiceEntry:
    """Read one service. Raises: ContentError that names file and field."""
    data = require_mapping(load_yaml(path), path.name, "file")
    reader = _Reader(path.name, data)
    reader.refuse_unknown_keys()
    return reader.entry(category_codes)


def load_yaml(path: Path) -> object:
    """Read a file of the catalogue. Raises: ContentError."""
    try:
        found: object = read_yaml(path)
    except (OSError, ValueError) as unreadable:
        raise ContentError(path.name, "file", f"can't be read: {unreadable}") from unreadable
    return found


def require_mapping(data: object, file: str, field: str) -> Mapping[str, Any]:
    """Return the data if it is a mapping. Raises: ContentError."""
    if not isinstance(data, Mapping):
        raise ContentError(file, field, "must be a mapping")
    return data


class _Reader:
    """One file while it is being read."""

    def __init__(self, file: str, data: Mapping[str, Any]) -> None:
        self.file, self.data = file, data

    def wrong(self, field: str, message: str) -> ContentError:
        return ContentError(self.file, field, message)

    def refuse_unknown_keys(self) -> None:
        unknown = sorted(map(str, self.data.keys() - _KEYS))
        if unknown:
            raise self.wrong(unknown[0], "is not known here")

    def entry(self, category_codes: frozenset[str]) -> ServiceEntry:
        slug = str(self.data.get("slug") or "")
        if not _SLUG.fullmatch(slug) or f"{slug}.yaml" != self.file:
            raise self.wrong("slug", "must be lower-case words joined by hyphens, the same as the file's name")
        if slug in RESERVED_SLUGS:
            raise self.wrong("slug", "is the address of a page of the work area")
        codes = [str(code) for code in self.data.get("category_codes") or []]
        unknown = [code for code in codes if code not in category_codes]
        if unknown or not codes:
            raise self.wrong("category_codes", f"unknown topic {unknown[0]!r}" if unknown else "is empty")
        try:
            service_id = UUID(str(self.data.get("id")))
        except ValueError as malformed:
            raise self.wrong("id", "must be a UUID") from malformed
        values = self._values()
        if not any(value.field == "title" and value.language == "de" and value.value for value in values):
            raise self.wrong("values.de.title", "is missing")
        published_at = self._moment("published_at")
        return ServiceEntry(
            service_id,
            slug,
            self._facts(codes, published_at),
            int(self.data.get("version") or 1),
            published_at,
            values,
            self._responsibilities(),
            self._day("approved_at"),
        )

    def _facts(self, codes: list[str], published_at: dt.datetime) -> Mapping[str, Any]:
        leika, origin = self.data.get("leika") or {}, self.data.get("origin") or {}
        key = leika.get("key")
        if key is not None and (
            not _LEIKA.fullmatch(str(key)) or not leika.get("verified_at") or not leika.get("source")
        ):
            raise self.wrong("leika", "needs a key of 14 digits that starts with 99, verified_at and source; else null")
        return {
            "layer": self._layer("layer", self.data.get("layer")).value,
            "area": self._area("area", self.data.get("area")),
            **self._home(),
            "leika_key": None if key is None else str(key),
            "leika_verified_at": leika.get("verified_at"),
            "leika_source": str(leika.get("source") or ""),
            "typing": str(self.data.get("typing") or ""),
            "ozg_maturity": self.data.get("ozg_maturity"),
            "category_codes": codes,
            "target_groups": self._groups(),
            "state": self._state(),
            "published_at": published_at,
            "valid_from": self.data.get("valid_from"),
            "valid_to": self.data.get("valid_to"),
            "prominence": int(self.data.get("prominence") or 0),
            "scheme_agency_id": str(origin.get("scheme_agency_id") or ""),
            "origin_id": str(origin.get("id") or ""),
        }

    def _groups(self) -> list[str]:
        groups = [str(group) for group in self.data.get("target_groups") or []]
        unknown = [group for group in groups if group not in TARGET_GROUPS]
        if unknown:
            raise self.wrong("target_groups", f"unknown group {unknown[0]!r}, must be of {', '.join(TARGET_GROUPS)}")
        return groups

    def _home(self) -> Mapping[str, str]:
        """Return the layer and area of the file's base: the catalogue that the service began in."""
        base = self._base()
        layer = self._layer("base.layer", base.get("layer"))
        return {"home_layer": layer.value, "home_area": self._area_of("base.", layer, base)}

    def _base(self) -> Mapping[str, Any]:
        return require_mapping(self.data.get("base") or {"layer": "federation", "area": ""}, self.file, "base")

    def _state(self) -> str:
        state = str(self.data.get("state") or "published")
        if state not in {"draft", "in_review", "published", "archived"}:
            raise self.wrong("state", "must be draft, in_review, published or archived")
        return state

    def _moment(self, field: str) -> dt.datetime:
        given = self.data.get(field)
        if isinstance(given, dt.datetime):
            return given if given.tzinfo else given.replace(tzinfo=dt.UTC)
        if isinstance(given, dt.date):
            return dt.datetime(given.year, given.month, given.day, 9, tzinfo=dt.UTC)
        raise self.wrong(field, "must be a date")

    def _day(self, field: str) -> dt.date | None:
        given = self.data.get(field)
        if given is not None and (isinstance(given, dt.datetime) or not isinstance(given, dt.date)):
            raise self.wrong(field, "must be a date or be left out")
        return given

    def _layer(self, field: str, given: object) -> Layer:
        try:
            return Layer(str(given))
        except ValueError as unknown:
            raise self.wrong(field, f"must be one of {', '.join(Layer)}") from unknown

    def _area(self, field: str, given: object) -> str:
        area = "" if given is None else str(given)
        if not AREA.fullmatch(area):
            raise self.wrong(field, "must be empty or a prefix of the ARS with 2, 3, 5, 9 or 12 digits, in quotes")
        return area

    def _area_of(self, where: str, layer: Layer, data: Mapping[str, Any]) -> str:
        return str(data.get("region") or "") if layer is Layer.REGION else self._area(f"{where}area", data.get("area"))

    def _values(self) -> tuple[ValueEntry, ...]:
        found = self._layer_values(
            "", {**self._base(), "locked": self.data.get("locked"), "values": self.data.get("values")}
        )
        for number, layer in enumerate(self.data.get("layers") or [], start=1):
            where = f"layers[{number}]"
            found += self._layer_values(f"{where}.", require_mapping(layer, self.file, where))
        keys = [value.key for value in found]
        doubles = [key for key in keys if keys.count(key) > 1]
        if doubles:
            raise self.wrong("layers", f"two values for {doubles[0]}")
        return tuple(found)

    def _layer_values(self, where: str, data: Mapping[str, Any]) -> list[ValueEntry]:
        layer = self._layer(f"{where}layer", data.get("layer"))
        area = self._area_of(where, layer, data)
        locked = set(data.get("locked") or ())
        if locked - FIELDS.keys():
            raise self.wrong(f"{where}locked", f"unknown field {min(locked - FIELDS.keys())!r}")
        found = []
        for language, fields in require_mapping(data.get("values"), self.file, f"{where}values").items():
            for field, value in require_mapping(fields, self.file, f"{where}values.{language}").items():
                try:
                    cleaned = clean_value(field, language, value)
                except InvalidInput as refused:
                    raise self.wrong(f"{where}values.{language}.{field}", refused.user_message) from refused
                found.append(ValueEntry(layer, area, field, language, cleaned, is_locked=field in locked))
        return found

    def _responsibilities(self) -> tuple[Mapping[str, Any], ...]:
        rows: dict[tuple[str, str], Mapping[str, Any]] = {}
        for number, one in enumerate(self.data.get("responsibilities") or [], start=1):
            where = f"responsibilities[{number}]"
            row = self._responsibility(where, require_mapping(one, self.file, where))
            place = (str(row["area_prefix"]), str(row["role"]))
            if place in rows:
                raise self.wrong(where, "a second row for the same area and role")
            rows[place] = row
        return tuple(rows.values())

    def _responsibility(self, where: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        unknown = sorted(map(str, data.keys() - _RESPONSIBILITY_KEYS))
        if unknown:
            raise self.wrong(f"{where}.{unknown[0]}", "is not known here")
        authority = require_mapping(data.get("authority") or {}, self.file, f"{where}.authority")
        given = {
            "area_prefix": self._area(f"{where}.area", data.get("area")),
            "role": data.get("role"),
            "is_own": data.get("own"),
            "is_nobody": data.get("nobody"),
            "unit": data.get("unit"),
            "authority": authority.get("name"),
            "url": authority.get("url"),
            "online_service": data.get("online"),
        }
        try:
            return clean_responsibility(given)
        except WrongValueError as wrong:
            raise self.wrong(where, str(wrong)) from wrong
