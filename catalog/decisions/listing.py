"""The staff's list of services: searched, filtered, sorted; as many queries for two thousand services as for two.

What is filtered stands in the address, so that a list can be kept as a saved view and sent to a colleague.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalog.decisions.models import Override
from catalog.decisions.reviews import list_reviews
from catalog.decisions.selectors import TownService, list_town_services
from catalog.resolution.decide import Decision
from catalog.resolution.values import Layer
from tenants.sorting import german_sort_key, spelled_out

# What a service may be marked by, beside its decision.
TRAITS: Final[Mapping[str, Promise]] = {
    "eigene": gettext_lazy("mit eigenen Angaben"),
    "ruhend": gettext_lazy("mit ruhenden eigenen Angaben"),
    "pruefung": gettext_lazy("mit Änderungen zu prüfen"),
    "fest": gettext_lazy("mit festgehaltener Fassung"),
    "voreinstellung": gettext_lazy("noch ohne eigene Entscheidung"),
    "entschieden": gettext_lazy("mit eigener Entscheidung"),
}
ORDERS: Final[Mapping[str, Promise]] = {
    "titel": gettext_lazy("Titel"),
    "neueste": gettext_lazy("zuletzt entschieden"),
    "eigene": gettext_lazy("meiste eigene Angaben"),
    "ebene": gettext_lazy("Ebene"),
}
_NAMES: Final = {
    "query": "q",
    "decision": "entscheidung",
    "topic": "thema",
    "layer": "ebene",
    "trait": "merkmal",
    "order": "sortierung",
}
_FIRST_ORDER: Final = "titel"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows. Unknown values of an address are dropped."""

    query: str = ""
    decision: str = ""
    topic: str = ""
    layer: str = ""
    trait: str = ""
    order: str = _FIRST_ORDER

    @classmethod
    def read(cls, data: Mapping[str, str]) -> ListFilter:
        """Return the filter of an address."""
        given = {name: str(data.get(key, "")).strip()[:200] for name, key in _NAMES.items()}
        known: Mapping[str, object] = {
            "decision": {one.value for one in Decision},
            "layer": {one.value for one in Layer},
            "trait": TRAITS,
            "order": ORDERS,
        }
        kept = {name: value for name, value in given.items() if name not in known or value in known[name]}  # type: ignore[operator]
        return cls(**{name: value for name, value in kept.items() if value})

    @property
    def address(self) -> str:
        """The query string that leads to this list; what is as usual is left out."""
        return urlencode({_NAMES[name]: value for name, value in self._set().items()})

    def without(self, name: str) -> str:
        """Return the query string without one of the filters."""
        return urlencode({_NAMES[other]: value for other, value in self._set().items() if other != name})

    def _set(self) -> dict[str, str]:
        usual = ListFilter()
        return {name: value for name, value in asdict(self).items() if value != getattr(usual, name)}


@dataclass(frozen=True, slots=True)
class ListedService:
    """A line of the list. `own_count`: how many own values the town has, resting ones too.

    `has_review` is known only where the list was asked for it.
    """

    service: TownService
    own_count: int
    has_review: bool = False

    @property
    def is_resting(self) -> bool:
        """There are own values, and they do not hold."""
        return bool(self.own_count) and not self.service.decided.uses_overrides


def list_for_staff(wanted: ListFilter) -> list[ListedService]:
    """Return what the list shows. Four queries at most, two of them of the shared catalogue, which is in memory."""
    counts = _own_counts()
    found = list_town_services(fields=("title", "synonyms"), category=wanted.topic)
    waiting = {one.service_id for one in list_reviews()} if wanted.trait == "pruefung" else set()
    lines = [ListedService(one, counts.get(one.id, 0), one.id in waiting) for one in found]
    shown = [one for one in lines if _passes(one, wanted) and _matches(one.service, wanted.query)]
    return sorted(shown, key=_ORDER_KEYS[wanted.order])


def _own_counts() -> dict[UUID, int]:
    rows = Override.objects.values("service_id").annotate(number=Count("id"))
    return {row["service_id"]: row["number"] for row in rows}


def _passes(line: ListedService, wanted: ListFilter) -> bool:
    service = line.service
    return (
        (not wanted.decision or service.decided.kind == wanted.decision)
        and (not wanted.layer or service.record.head.layer == wanted.layer)
        and (not wanted.trait or _TRAIT_TESTS[wanted.trait](line))
    )


_TRAIT_TESTS: Final[Mapping[str, Callable[[ListedService], bool]]] = {
    "eigene": lambda line: bool(line.own_count),
    "ruhend": lambda line: line.is_resting,
    "pruefung": lambda line: line.has_review,
    "fest": lambda line: line.service.pinned_version is not None,
    "voreinstellung": lambda line: line.service.decided.is_preset,
    "entschieden": lambda line: not line.service.decided.is_preset,
}


def _title_key(line: ListedService) -> str:
    return german_sort_key(line.service.title("de"))


def _newest_key(line: ListedService) -> tuple[float, str]:
    at = line.service.decided.row.decided_at
    return (-at.timestamp() if at else 0.0, _title_key(line))


_ORDER_KEYS: Final[Mapping[str, Callable[[ListedService], tuple[float, str]]]] = {
    "titel": lambda line: (0.0, _title_key(line)),
    "neueste": _newest_key,
    "eigene": lambda line: (float(-line.own_count), _title_key(line)),
    "ebene": lambda line: (float(line.service.record.head.layer.rank), _title_key(line)),
}


def _matches(one: TownService, query: str) -> bool:
    if not query:
        return True
    synonyms = one.text("synonyms", "de") or []
    words = spelled_out(" ".join([one.title("de"), one.title("en"), one.slug, *map(str, synonyms)]))
    return all(word in words for word in spelled_out(query).split())
