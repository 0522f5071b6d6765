"""The editors' list of services: searched, filtered, sorted; as many queries for two thousand services as for two.

What is filtered stands in the address, so that a list can be kept as a saved view and sent to a colleague.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.addressfilter import AddressFilter
from catalog.editing.heads import MATURITIES
from catalog.editing.models import DraftState
from catalog.editing.places import Scope
from catalog.editing.selectors import ServiceLine
from catalog.resolution.values import Layer
from catalog.services.models import State
from tenants.sorting import german_sort_key, spelled_out

# What a service may be marked by: where its drafts stand.
DRAFTS: Final[Mapping[str, Promise]] = {
    "offen": gettext_lazy("mit Entwurf"),
    "hier": gettext_lazy("mit Entwurf auf dieser Ebene"),
    "pruefung": gettext_lazy("zur Prüfung"),
    "geplant": gettext_lazy("geplant"),
    "ohne": gettext_lazy("ohne Entwurf"),
}
ORDERS: Final[Mapping[str, Promise]] = {
    "titel": gettext_lazy("nach Titel"),
    "geaendert": gettext_lazy("zuletzt veröffentlicht"),
    "entwurf": gettext_lazy("zuletzt im Entwurf"),
}
NAMES: Final = {
    "query": "q",
    "draft": "entwurf",
    "layer": "ebene-der",
    "topic": "thema",
    "state": "zustand",
    "maturity": "reifegrad",
    "author": "wer",
    "order": "sortierung",
}
_FIRST_ORDER: Final = "titel"
# A maturity that nobody has named.
UNKNOWN: Final = "ohne"


@dataclass(frozen=True, slots=True)
class ListFilter(AddressFilter):
    """What a list shows. Unknown values of an address are dropped."""

    names: ClassVar[Mapping[str, str]] = NAMES
    allowed: ClassVar[Mapping[str, Container[str]]] = {
        "draft": DRAFTS,
        "layer": {one.value for one in Layer},
        "state": {one.value for one in State},
        "maturity": {*map(str, MATURITIES), UNKNOWN},
        "order": ORDERS,
    }

    query: str = ""
    draft: str = ""
    layer: str = ""
    topic: str = ""
    state: str = ""
    maturity: str = ""
    author: str = ""
    order: str = _FIRST_ORDER


def maturity_options() -> dict[str, str]:
    """Return the maturities that a list may be narrowed down to, in words."""
    return {**{str(grade): str(label) for grade, label in MATURITIES.items()}, UNKNOWN: _("keine Angabe")}


def filtered(lines: Sequence[ServiceLine], wanted: ListFilter, *, scope: Scope) -> list[ServiceLine]:
    """Return the lines that a filter lets through, in its order. `scope`: the layer on which the list is read."""
    words = spelled_out(wanted.query).split()
    shown = [one for one in lines if _passes(one, wanted, scope=scope) and _says(one, words)]
    return sorted(shown, key=_ORDER_KEYS[wanted.order])


def _says(one: ServiceLine, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = spelled_out(f"{one.title} {one.slug} {one.leika_key}")
    return all(word in text for word in words)


def _passes(one: ServiceLine, wanted: ListFilter, *, scope: Scope) -> bool:
    return (
        (not wanted.layer or one.layer.value == wanted.layer)
        and (not wanted.topic or wanted.topic in one.category_codes)
        and (not wanted.state or one.state.value == wanted.state)
        and (not wanted.maturity or wanted.maturity == _maturity(one))
        and (not wanted.draft or _has_draft(one, wanted.draft, scope))
        and (not wanted.author or wanted.author in {draft.edited_by for draft in one.drafts} | {one.changed_by})
    )


def _maturity(one: ServiceLine) -> str:
    return UNKNOWN if one.ozg_maturity is None else str(one.ozg_maturity)


def _has_draft(one: ServiceLine, which: str, scope: Scope) -> bool:
    states = {"pruefung": DraftState.IN_REVIEW, "geplant": DraftState.SCHEDULED}
    if which == "ohne":
        return not one.drafts
    if which == "hier":
        return any(draft.scope == scope for draft in one.drafts)
    return any(which not in states or draft.state is states[which] for draft in one.drafts)


def _published_key(one: ServiceLine) -> tuple[float, str]:
    return (-one.changed_at.timestamp() if one.changed_at else 0.0, german_sort_key(one.title))


def _drafted_key(one: ServiceLine) -> tuple[float, str]:
    newest = max((draft.edited_at.timestamp() for draft in one.drafts), default=0.0)
    return (-newest, german_sort_key(one.title))


_ORDER_KEYS: Final[Mapping[str, Callable[[ServiceLine], tuple[float, str]]]] = {
    "titel": lambda one: (0.0, german_sort_key(one.title)),
    "geaendert": _published_key,
    "entwurf": _drafted_key,
}
