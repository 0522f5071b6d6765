"""What the address of the matrix asks for, and the addresses of its variations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.decisions.presentation import DECISION_LABELS
from catalog.resolution.values import Layer
from catalog.services.fields import LAYER_NAMES
from catalog.services.selectors import CategoryInfo
from tenants.registry.selectors import kind_label
from tenants.registry.sites import TenantInfo

_TEXT_LENGTH: Final = 100
_DIFFERING: Final = "abweichend"
PINNED: Final = "pinned"
# In a filter nothing must be filled in and nothing need be called optional.
_PLAIN: Final[dict[str, object]] = {"required": True, "attrs": {"required": None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixFilters:
    """The query of the matrix's address; names are those of its parameters. What is not known counts as not set."""

    suche: str = ""
    thema: str = ""
    ebene: str = ""
    entscheidung: str = ""
    art: str = ""
    nur: str = ""
    seite: int = 1
    spalten: int = 1

    @property
    def narrows_rows(self) -> bool:
        """Whether what towns decided says which services are shown."""
        return bool(self.entscheidung or self.nur)

    def query(self) -> str:
        """Return the query string, without what is not set."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in given.items() if value not in {"", 1}})

    def row_prefix(self) -> str:
        """Return the address to which a page of rows is appended."""
        return _prefix(replace(self, seite=1).query(), "seite")

    def column_prefix(self) -> str:
        """Return the address to which a page of columns is appended."""
        return _prefix(replace(self, spalten=1).query(), "spalten")


def read_filters(given: QueryDict, *, categories: Iterable[CategoryInfo], towns: Iterable[TenantInfo]) -> MatrixFilters:
    """Read the address; a value that is none of the choices is dropped."""

    def choice(name: str, allowed: Iterable[str]) -> str:
        value = given.get(name, "")
        return value if value in set(allowed) else ""

    return MatrixFilters(
        suche=" ".join(given.get("suche", "")[:_TEXT_LENGTH].replace("\x00", "").split()),
        thema=choice("thema", (one.code for one in categories)),
        ebene=choice("ebene", (layer.value for layer in Layer)),
        entscheidung=choice("entscheidung", [*(one.value for one in DECISION_LABELS), PINNED]),
        art=choice("art", {town.kind for town in towns}),
        nur=choice("nur", [_DIFFERING]),
        seite=_number(given.get("seite", "")),
        spalten=_number(given.get("spalten", "")),
    )


def filter_fields(
    filters: MatrixFilters, *, categories: Sequence[CategoryInfo], towns: Sequence[TenantInfo], language: str
) -> list[dict[str, object]]:
    """Return the fields of the filter bar."""
    everything = ("", _("alle"))
    topics = [everything, *((one.code, one.label(language)) for one in categories)]
    layers = [everything, *((layer.value, str(LAYER_NAMES[layer])) for layer in Layer)]
    kinds = [everything, *((kind, kind_label(kind)) for kind in sorted({town.kind for town in towns}))]
    decisions = [everything, *_decisions()]
    only = [everything, (_DIFFERING, _("mit Abweichung von der Vorgabe"))]
    return [
        {"name": "suche", "label": _("Leistung"), "kind": "search", "value": filters.suche, **_PLAIN},
        _select("thema", _("Thema"), value=filters.thema, options=topics),
        _select("ebene", _("Ebene"), value=filters.ebene, options=layers),
        _select("entscheidung", _("Mindestens einmal"), value=filters.entscheidung, options=decisions),
        _select("art", _("Kommunen"), value=filters.art, options=kinds),
        _select("nur", _("Nur"), value=filters.nur, options=only),
    ]


def active_filters(
    filters: MatrixFilters, *, categories: Sequence[CategoryInfo], path: str, language: str
) -> list[dict[str, str]]:
    """Return each set filter with the address of the matrix without it."""
    labels = {
        "suche": _("„{text}“").format(text=filters.suche),
        "thema": next((one.label(language) for one in categories if one.code == filters.thema), ""),
        "ebene": str(LAYER_NAMES[Layer(filters.ebene)]) if filters.ebene else "",
        "entscheidung": dict(_decisions()).get(filters.entscheidung, ""),
        "art": kind_label(filters.art) if filters.art else "",
        "nur": _("mit Abweichung von der Vorgabe"),
    }
    return [
        {"label": label, "href": f"{path}?{replace(filters, **{name: ''}, seite=1, spalten=1).query()}"}
        for name, label in labels.items()
        if getattr(filters, name)
    ]


def _decisions() -> list[tuple[str, str]]:
    labels = [(one.value, str(label)) for one, label in DECISION_LABELS.items()]
    return [*labels, (PINNED, _("bei einer Fassung geblieben"))]


def _prefix(query: str, name: str) -> str:
    return f"?{query}&{name}=" if query else f"?{name}="


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _select(name: str, label: str, *, value: str, options: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {"name": name, "label": label, "kind": "select", "value": value, "options": list(options), **_PLAIN}
