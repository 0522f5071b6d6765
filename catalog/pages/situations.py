"""Situations in life as a portal shows them: only what its town offers or links, in the order of the steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.decisions.selectors import list_offered_services
from catalog.decisions.town import current_town
from catalog.pages.links import authority_name
from catalog.pages.selectors import ServiceLink, link_to
from catalog.search.queries import parse
from catalog.search.words import fold, list_words
from catalog.services.situations import SituationInfo, get_situation, list_situations, text_of
from tenants.errors import NotFound

# With fewer steps a page would be no help.
MIN_STEPS: Final = 2


@dataclass(frozen=True, slots=True)
class SituationLink:
    """A situation in a list. `count` steps lie behind it."""

    slug: str
    icon: str
    label: str
    teaser: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """A service of a situation, who does it, and why or when."""

    link: ServiceLink
    note: str


@dataclass(frozen=True, slots=True)
class SituationPage:
    """Everything that the template of a situation needs."""

    label: str
    teaser: str
    steps: tuple[Step, ...]
    checklist: tuple[str, ...]


def list_situation_links(service_ids: Collection[UUID], *, language: str) -> list[SituationLink]:
    """Return the situations to which enough of these services belong; one query."""
    found = ((info, _count(info, service_ids)) for info in list_situations())
    return [_link(info, count, language) for info, count in found if count >= MIN_STEPS]


def find_situations(query: str, service_ids: Collection[UUID], *, language: str) -> list[SituationLink]:
    """Return the situations whose words begin with every word of a query; one query."""
    wanted = parse(query).folded
    links = {link.slug: link for link in list_situation_links(service_ids, language=language)} if wanted else {}
    return [
        links[info.slug]
        for info in (list_situations() if links else ())
        if info.slug in links and _matches(info.words(language), wanted)
    ]


def present_situation(slug: str, *, language: str) -> SituationPage:
    """Return a situation in the current town; three queries.

    Raises: NotFound, also where the town has too few of its services.
    """
    info, town = get_situation(slug), current_town()
    offered = {service.id: service for service in list_offered_services(language)}
    if _count(info, offered) < MIN_STEPS:
        raise NotFound(_("Diese Lebenslage gibt es nicht. Wählen Sie eine aus der Übersicht."))
    steps = []
    for step in info.steps:
        service = offered.get(step.service_id)
        if service is not None:
            own = _("niemand") if service.is_nobodys else authority_name(service.authority, town)
            steps.append(Step(link_to(service, language, own=own), text_of(step.note, language)))
    return SituationPage(info.label(language), info.teaser(language), tuple(steps), checklist_of(info, language))


def checklist_of(info: SituationInfo, language: str) -> tuple[str, ...]:
    """Return what to think of beside services."""
    return tuple(text_of(one, language) for one in info.checklist)


def _count(info: SituationInfo, service_ids: Collection[UUID] | Mapping[UUID, object]) -> int:
    return sum(1 for step in info.steps if step.service_id in service_ids)


def _link(info: SituationInfo, count: int, language: str) -> SituationLink:
    return SituationLink(info.slug, info.icon, info.label(language), info.teaser(language), count)


def _matches(words: str, wanted: tuple[str, ...]) -> bool:
    folded = [fold(word) for word in list_words(words)]
    return all(any(word.startswith(start) for word in folded) for start in wanted)
