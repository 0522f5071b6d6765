"""What other rooms show of a town's services: the portal's home page asks here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from catalog.decisions.selectors import list_offered_services
from catalog.decisions.topics import TownCategory
from catalog.decisions.topics import list_categories as _list_categories
from catalog.decisions.town import TownService, current_town
from catalog.pages.links import link_target
from catalog.resolution.decide import Decision
from catalog.search.words import fold

__all__ = [
    "ServiceLink",
    "TownCategory",
    "link_to",
    "list_categories",
    "list_links_of",
    "list_own_services",
    "list_service_links",
    "list_top_services",
]


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """A service in a list. `authority` is set when someone else does it, or where a list says it of all."""

    slug: str
    title: str
    teaser: str
    is_linked: bool = False
    authority: str = ""


def list_categories(language: str) -> list[TownCategory]:
    """Return the topics that have services in this town: code, icon, label, description, count. Four queries."""
    return _list_categories(language)


def list_service_links(language: str, *, topics: Collection[str] = (), target_group: str = "") -> list[ServiceLink]:
    """Return what citizens find in lists, in German order of titles; of topics or for a group if named. Two queries."""
    return [
        link_to(one, language)
        for one in list_offered_services(language)
        if (not topics or not set(topics).isdisjoint(one.record.category_codes))
        and (not target_group or target_group in one.record.target_groups)
    ]


def list_top_services(language: str, *, limit: int = 6) -> list[ServiceLink]:
    """Return the services to show first on the town's home page: the catalogue's prominent ones, then the town's own.

    Two queries.
    """
    services = list_offered_services(language)
    services.sort(key=lambda one: (-one.record.prominence, not one.decided.is_own))
    return [link_to(service, language) for service in services[:limit]]


def list_links_of(language: str, *, service_ids: Collection[UUID], unit: str = "") -> list[ServiceLink]:
    """Return the services carried out here that are named, or whose responsible unit has this name. Two queries."""
    return [
        link_to(one, language)
        for one in list_offered_services(language)
        if one.decided.is_own and (one.id in service_ids or _is_of(one, unit))
    ]


def list_own_services(language: str) -> list[tuple[UUID, str]]:
    """Return id and title of all services that are carried out here, in German order. Two queries."""
    return [(one.id, one.title(language)) for one in list_offered_services(language) if one.decided.is_own]


def _is_of(service: TownService, unit: str) -> bool:
    known = service.authority
    return bool(unit) and known is not None and fold(known.unit) == fold(unit)


def link_to(service: TownService, language: str, *, own: str = "") -> ServiceLink:
    """Return a service as lists show it; `own` names who does it in the town itself, where a list says so."""
    is_linked = service.decided.kind is Decision.LINK
    return ServiceLink(
        slug=service.slug,
        title=service.title(language),
        teaser=str(service.text("teaser", language) or ""),
        is_linked=is_linked,
        authority=link_target(service, current_town()).authority if is_linked else own,
    )
