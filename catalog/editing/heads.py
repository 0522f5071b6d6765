"""What is the same for a service everywhere, as editors change it: checked, in the shape in which a draft keeps it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.editing.errors import outside_scope
from catalog.editing.models import Draft
from catalog.editing.places import Scope, is_within, scope_from
from catalog.resolution.values import Json, Layer
from catalog.services.fields import TARGET_GROUPS
from catalog.services.models import Category, FormerSlug, Responsibility, Service
from catalog.services.reserved import RESERVED_SLUGS, reserved_message
from catalog.services.responsibilities import AREA, COLUMNS, clean_responsibility
from catalog.services.structured import WrongValueError
from tenants.errors import InvalidInput

# The stubs have no name for a lazy text that a form takes as its label.
HEAD_LABELS: Final[Mapping[str, Any]] = {
    "slug": gettext_lazy("Name in der Adresse"),
    "layer": gettext_lazy("Wer führt die Leistung aus?"),
    "area": gettext_lazy("Wo gibt es die Leistung?"),
    "category_codes": gettext_lazy("Themen"),
    "target_groups": gettext_lazy("Für wen?"),
    "leika": gettext_lazy("Leistungsschlüssel"),
    "typing": gettext_lazy("Typisierung"),
    "ozg_maturity": gettext_lazy("OZG-Reifegrad"),
    "prominence": gettext_lazy("Gewicht in der Suche"),
    "valid_from": gettext_lazy("Gültig ab"),
    "valid_to": gettext_lazy("Gültig bis"),
    "responsibilities": gettext_lazy("Zuständigkeiten"),
}
# Source: Leitfaden Typisierung of the FIM building block services; domain terms of the catalogue.
TYPINGS: Final = ("1", "2", "2a", "2b", "3", "3a", "3b", "4", "4a", "4b", "5", "6", "7", "10", "11", "12")
MATURITIES: Final[Mapping[int, Promise]] = {
    0: gettext_lazy("0: offline"),
    1: gettext_lazy("1: Information"),
    2: gettext_lazy("2: Formular zum Herunterladen"),
    3: gettext_lazy("3: Online-Antrag"),
    4: gettext_lazy("4: vollständig online mit Nachweis und Bezahlung"),
}
MAX_ROWS: Final = 60
_SLUG: Final = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_LEIKA: Final = re.compile(r"^99\d{12}$")


def current_head(service: Service) -> dict[str, Json]:
    """Return the facts as they are published, in the shape of a draft."""
    facts: dict[str, Json] = {
        name: getattr(service, name) for name in ("slug", "layer", "area", "typing", "ozg_maturity", "prominence")
    }
    facts |= {"category_codes": list(service.category_codes), "target_groups": list(service.target_groups)}
    facts |= {name: _date_text(getattr(service, name)) for name in ("valid_from", "valid_to")}
    facts["leika"] = {
        "key": service.leika_key or "",
        "verified_at": _date_text(service.leika_verified_at) or "",
        "source": service.leika_source,
    }
    rows = service.responsibilities.order_by("area_prefix", "role").values(*COLUMNS)
    facts["responsibilities"] = [dict(row) for row in rows]
    return facts


def home_of(service: Service) -> Scope:
    """Return the catalogue that a service began in, whoever says what about it by now."""
    if service.home_layer:
        return scope_from(service.home_layer, service.home_area)
    # Written by older code: a new service began with its first draft, the others came from the shared files.
    begun = Draft.objects.filter(service=service).order_by("id").first() if service.published_at is None else None
    return scope_from(begun.layer, begun.area) if begun else scope_from(Layer.FEDERATION.value, "")


def clean_head(
    facts: Mapping[str, object], *, service: Service | None, scope: Scope, seen: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """Return checked facts for a service of this catalogue, without those that are as the editor has `seen` them.

    Raises: InvalidInput with the messages under `data["fields"]`, all at once.
    """
    cleaned: dict[str, Json] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in facts.items():
        try:
            cleaned[name] = _CLEANERS[name](value)
        except WrongValueError as problem:
            wrong[name] = [str(problem)]
        except KeyError:
            wrong[name] = [_("Diese Angabe gibt es hier nicht.")]
    before = seen or {}
    cleaned = {name: value for name, value in cleaned.items() if name not in before or before[name] != value}
    if "slug" in cleaned and is_taken(str(cleaned["slug"]), service):
        wrong["slug"] = [_("Diesen Namen hat schon eine andere Leistung. Wählen Sie einen anderen.")]
    if "area" in cleaned and not is_within(scope, str(cleaned["area"])):
        wrong["area"] = [outside_scope(scope).user_message]
    low, high = ({**before, **cleaned}.get(name) for name in ("valid_from", "valid_to"))
    if low and high and str(low) > str(high):
        wrong["valid_to"] = [_("Das Ende liegt vor dem Anfang. Tauschen Sie die beiden Daten.")]
    if wrong:
        raise InvalidInput(next(iter(wrong.values()))[0], data={"fields": wrong})
    return cleaned


def apply_head(service: Service, head: Mapping[str, Json]) -> None:
    """Write checked facts to the service, in the running transaction."""
    plain = {name: value for name, value in head.items() if name not in {"leika", "responsibilities"}}
    for name, value in plain.items():
        setattr(service, name, dt.date.fromisoformat(str(value)) if name.startswith("valid_") and value else value)
    leika = head.get("leika")
    if isinstance(leika, dict):
        service.leika_key = str(leika["key"]) or None
        service.leika_verified_at = dt.date.fromisoformat(str(leika["verified_at"])) if leika["verified_at"] else None
        service.leika_source = str(leika["source"])
    service.save()
    rows = head.get("responsibilities")
    if isinstance(rows, list):
        service.responsibilities.all().delete()
        Responsibility.objects.bulk_create([Responsibility(service=service, **_row(one)) for one in rows])


def _row(data: Json) -> dict[str, Any]:
    return dict(data) if isinstance(data, dict) else {}


def is_taken(slug: str, service: Service | None) -> bool:
    """Whether another service has or had this name in addresses."""
    others = Service.objects.filter(slug=slug)
    former = FormerSlug.objects.filter(slug=slug)
    if service is not None:
        others, former = others.exclude(id=service.id), former.exclude(service=service)
    return others.exists() or former.exists()


def _slug(value: object) -> Json:
    text = str(value or "").strip().lower()
    if not _SLUG.fullmatch(text) or len(text) > 80:
        raise WrongValueError(_("Nehmen Sie kleine Buchstaben, Ziffern und Bindestriche, zum Beispiel hund-anmelden."))
    if text in RESERVED_SLUGS:
        raise WrongValueError(reserved_message(text))
    return text


def _layer(value: object) -> Json:
    if value not in {one.value for one in Layer}:
        raise WrongValueError(_("Wählen Sie eine der Ebenen aus der Liste."))
    return str(value)


def _area(value: object) -> Json:
    text = str(value or "").strip()
    if not AREA.fullmatch(text) and not _SLUG.fullmatch(text):
        raise WrongValueError(_("Lassen Sie das Feld leer oder geben Sie den Anfang des Regionalschlüssels an."))
    return text


def _categories(value: object) -> Json:
    codes = list(dict.fromkeys(map(str, value))) if isinstance(value, list | tuple) else []
    known = set(Category.objects.values_list("code", flat=True))
    if not codes or set(codes) - known:
        raise WrongValueError(_("Wählen Sie mindestens ein Thema aus der Liste."))
    return list(codes)


def _groups(value: object) -> Json:
    groups = list(dict.fromkeys(map(str, value))) if isinstance(value, list | tuple) else []
    if not groups or set(groups) - TARGET_GROUPS.keys():
        raise WrongValueError(_("Wählen Sie aus, für wen die Leistung ist."))
    return list(groups)


def _leika(value: object) -> Json:
    given = value if isinstance(value, Mapping) else {}
    key, source = str(given.get("key") or "").replace(" ", ""), " ".join(str(given.get("source") or "").split())
    verified_at = _date(given.get("verified_at"))
    if not key:
        return {"key": "", "verified_at": "", "source": ""}
    if not _LEIKA.fullmatch(key):
        raise WrongValueError(_("Ein Leistungsschlüssel hat 14 Ziffern und beginnt mit 99."))
    if not verified_at or not source or len(source) > 200:
        raise WrongValueError(
            _("Geben Sie an, wann und wo Sie den Schlüssel geprüft haben, sonst lassen Sie ihn leer.")
        )
    return {"key": key, "verified_at": verified_at, "source": source}


def _typing(value: object) -> Json:
    text = str(value or "")
    if text and text not in TYPINGS:
        raise WrongValueError(_("Wählen Sie einen der Typen aus der Liste."))
    return text


def _maturity(value: object) -> Json:
    if value in {None, ""}:
        return None
    if not str(value).isdecimal() or int(str(value)) not in MATURITIES:
        raise WrongValueError(_("Wählen Sie einen Reifegrad von 0 bis 4."))
    return int(str(value))


def _prominence(value: object) -> Json:
    text = str(value if value is not None else 0)
    if not text.isdecimal() or int(text) > 10:
        raise WrongValueError(_("Geben Sie eine Zahl von 0 bis 10 an."))
    return int(text)


def _date(value: object) -> str:
    if value in {None, ""}:
        return ""
    try:
        return value.isoformat() if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)).isoformat()
    except ValueError as wrong:
        raise WrongValueError(_("Geben Sie ein Datum an, zum Beispiel 01.03.2027.")) from wrong


def _valid(value: object) -> Json:
    return _date(value) or None


def _date_text(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def _responsibilities(value: object) -> Json:
    if not isinstance(value, list | tuple) or len(value) > MAX_ROWS:
        raise WrongValueError(_("Höchstens 60 Zeilen mit Zuständigkeiten sind möglich."))
    rows: dict[tuple[str, str], dict[str, Json]] = {}
    for one in value:
        row = clean_responsibility(one if isinstance(one, Mapping) else {})
        place = (str(row["area_prefix"]), str(row["role"]))
        if place in rows:
            raise WrongValueError(
                _("Für jedes Gebiet kann es nur eine zuständige Stelle und einen Onlinedienst geben.")
            )
        rows[place] = row
    return [rows[place] for place in sorted(rows)]


_CLEANERS: Final[Mapping[str, Callable[[object], Json]]] = {
    "slug": _slug,
    "layer": _layer,
    "area": _area,
    "category_codes": _categories,
    "target_groups": _groups,
    "leika": _leika,
    "typing": _typing,
    "ozg_maturity": _maturity,
    "prominence": _prominence,
    "valid_from": _valid,
    "valid_to": _valid,
    "responsibilities": _responsibilities,
}
