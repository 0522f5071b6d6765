"""The staff's list of services: searched, filtered, sorted; as many queries for two thousand services as for two.

What is filtered stands in the address, so that a list can be kept as a saved view and sent to a colleague.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalog.decisions.addressfilter import AddressFilter
from catalog.decisions.drafts import NO_DRAFTS, DraftMarks, mark_drafts
from catalog.decisions.localsource import list_local_services
from catalog.decisions.models import Override
from catalog.decisions.reviews import list_reviews
from catalog.decisions.selectors import list_decided_services, resolve_decided
from catalog.decisions.town import DecidedService, TownService
from catalog.resolution.decide import Decided, Decision
from catalog.resolution.values import EffectiveService, Layer
from catalog.services.selectors import list_services
from tenants.registry.memory import remembered_catalogue
from tenants.sorting import german_sort_key, spelled_out

LOCAL: Final = "lokal"
# What a service may be marked by, beside its decision.
TRAITS: Final[Mapping[str, Promise]] = {
    "eigene": gettext_lazy("mit eigenen Angaben"),
    "ruhend": gettext_lazy("mit ruhenden eigenen Angaben"),
    "pruefung": gettext_lazy("mit Änderungen zu prüfen"),
    "entwurf": gettext_lazy("mit Entwürfen"),
    "freigabe": gettext_lazy("mit Entwürfen, die auf Freigabe warten"),
    "fest": gettext_lazy("mit festgehaltener Fassung"),
    "voreinstellung": gettext_lazy("noch ohne eigene Entscheidung"),
    "entschieden": gettext_lazy("mit eigener Entscheidung"),
    LOCAL: gettext_lazy("nur in Ihrer Kommune"),
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
_DRAFTED: Final = frozenset({"entwurf", "freigabe"})
SEARCHED: Final = ("title", "synonyms")


@dataclass(frozen=True, slots=True)
class Words:
    """A service's German title, what it is sorted by, and all that a search looks in."""

    title: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ListFilter(AddressFilter):
    """What a list shows. Unknown values of an address are dropped."""

    names: ClassVar[Mapping[str, str]] = _NAMES
    allowed: ClassVar[Mapping[str, Container[str]]] = {
        "decision": {one.value for one in Decision},
        "layer": {one.value for one in Layer},
        "trait": TRAITS,
        "order": ORDERS,
    }

    query: str = ""
    decision: str = ""
    topic: str = ""
    layer: str = ""
    trait: str = ""
    order: str = _FIRST_ORDER


@dataclass(frozen=True, slots=True)
class ListedService:
    """A line of the list. `own_count`: how many own values the town has, resting ones too.

    `words`: what a search looks in. `has_review`, `has_draft` and `is_waiting` (a draft waits for approval) are known
    only where the list was asked for them. `is_local`: only this town has the service, so there is nothing to decide.
    """

    id: UUID
    slug: str
    layer: Layer
    decided: Decided
    decision_version: int
    pinned_version: int | None
    own_count: int
    has_review: bool
    words: Words
    is_local: bool = False
    has_draft: bool = False
    is_waiting: bool = False

    @property
    def title(self) -> str:
        """The title that the town shows."""
        return self.words.title

    @property
    def is_resting(self) -> bool:
        """There are own values, and they do not hold."""
        return bool(self.own_count) and not self.decided.uses_overrides


def list_for_staff(wanted: ListFilter) -> list[ListedService]:
    """Return what the list shows, services that only this town has among the others.

    As many queries for any number of services; those of the shared catalogue are answered from memory. Texts are
    resolved only where something of the town's own counts: most of what all towns share is known already.
    """
    counts, shared_words = _own_counts(), list_shared_words()
    waiting = {one.service_id for one in list_reviews()} if wanted.trait == "pruefung" else set()
    marks = mark_drafts() if wanted.trait in _DRAFTED else NO_DRAFTS
    looked_for = spelled_out(wanted.query).split()
    shown = []
    for one in list_decided_services(fields=SEARCHED, category=wanted.topic):
        key = one.record.id
        words = shared_words.get(key) if one.is_as_shared else None
        line = _line(one, words or _words(resolve_decided(one)), counts.get(key, 0), has_review=key in waiting)
        line = replace(line, has_draft=bool(marks.of(key)), is_waiting=bool(marks.waiting[key]))
        if _passes(line, wanted) and all(word in line.words.text for word in looked_for):
            shown.append(line)
    shown += [one for one in _local_lines(wanted, marks) if all(word in one.words.text for word in looked_for)]
    return sorted(shown, key=_ORDER_KEYS[wanted.order])


def _local_lines(wanted: ListFilter, marks: DraftMarks) -> list[ListedService]:
    """Return the services that only this town has, unless the list is about decisions."""
    if wanted.decision or wanted.trait not in {"", LOCAL, *_DRAFTED}:
        return []
    lines = []
    for one in list_local_services(SEARCHED):
        head, codes = one.record.head, one.record.category_codes
        if (not wanted.topic or wanted.topic in codes) and (not wanted.layer or wanted.layer == head.layer):
            lines.append(
                ListedService(
                    id=one.id,
                    slug=one.slug,
                    layer=head.layer,
                    decided=one.decided,
                    decision_version=0,
                    pinned_version=None,
                    own_count=0,
                    has_review=False,
                    words=_words(one),
                    is_local=True,
                    has_draft=bool(marks.of(one.id)),
                    is_waiting=bool(marks.waiting[one.id]),
                )
            )
    return [one for one in lines if not wanted.trait or _TRAIT_TESTS[wanted.trait](one)]


@remembered_catalogue
def list_shared_words() -> Mapping[UUID, Words]:
    """Return title and search words of the services that say the same everywhere, whatever the region or district."""
    found = {}
    for record in list_services(fields=SEARCHED):
        if not any(row.provenance.area for row in record.rows):
            effective = record.resolve_in(ars="", region="")
            found[record.id] = _words_of(record.slug, effective)
    return found


def _line(service: DecidedService, words: Words, own_count: int, *, has_review: bool) -> ListedService:
    stored = service.stored
    return ListedService(
        id=service.record.id,
        slug=service.record.slug,
        layer=service.record.head.layer,
        decided=service.decided,
        decision_version=stored.version if stored else 0,
        pinned_version=stored.pinned_version if stored else None,
        own_count=own_count,
        has_review=has_review,
        words=words,
    )


def _words(service: TownService) -> Words:
    return _words_of(service.slug, service.effective)


def _words_of(slug: str, effective: EffectiveService) -> Words:
    title = str(effective.shown("title", "de").value or slug)
    english = str(effective.shown("title", "en").value or "")
    synonyms = effective.shown("synonyms", "de").value
    words = [title, english, slug, *(map(str, synonyms) if isinstance(synonyms, list) else ())]
    return Words(title, german_sort_key(title), spelled_out(" ".join(words)))


def _own_counts() -> dict[UUID, int]:
    rows = Override.objects.values("service_id").annotate(number=Count("id"))
    return {row["service_id"]: row["number"] for row in rows}


def _passes(line: ListedService, wanted: ListFilter) -> bool:
    return (
        (not wanted.decision or line.decided.kind == wanted.decision)
        and (not wanted.layer or line.layer == wanted.layer)
        and (not wanted.trait or _TRAIT_TESTS[wanted.trait](line))
    )


_TRAIT_TESTS: Final[Mapping[str, Callable[[ListedService], bool]]] = {
    "eigene": lambda line: bool(line.own_count),
    "ruhend": lambda line: line.is_resting,
    "pruefung": lambda line: line.has_review,
    "entwurf": lambda line: line.has_draft,
    "freigabe": lambda line: line.is_waiting,
    "fest": lambda line: line.pinned_version is not None,
    "voreinstellung": lambda line: line.decided.is_preset,
    "entschieden": lambda line: not line.decided.is_preset,
    LOCAL: lambda line: line.is_local,
}


def _newest_key(line: ListedService) -> tuple[float, str]:
    at = line.decided.row.decided_at
    return (-at.timestamp() if at else 0.0, line.words.key)


_ORDER_KEYS: Final[Mapping[str, Callable[[ListedService], tuple[float, str]]]] = {
    "titel": lambda line: (0.0, line.words.key),
    "neueste": _newest_key,
    "eigene": lambda line: (float(-line.own_count), line.words.key),
    "ebene": lambda line: (float(line.layer.rank), line.words.key),
}
