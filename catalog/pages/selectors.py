"""What other rooms show of a town's services: the portal's home page asks here."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.decisions.selectors import TownCategory, TownService, current_town, list_offered_services
from catalog.decisions.selectors import list_categories as _list_categories
from catalog.pages.links import link_target
from catalog.resolution.decide import Decision

__all__ = ["ServiceLink", "TownCategory", "list_categories", "list_service_links", "list_top_services"]


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """A service in a list. `authority` is set when someone else does it."""

    slug: str
    title: str
    teaser: str
    is_linked: bool = False
    authority: str = ""


def list_categories(language: str) -> list[TownCategory]:
    """Return the topics that have services in this town: code, icon, label, description, count. Four queries."""
    return _list_categories(language)


def list_service_links(language: str, *, category: str = "") -> list[ServiceLink]:
    """Return what citizens find in lists, in German order of titles; of one topic if named. Two queries."""
    return [_link(service, language) for service in list_offered_services(language, category=category)]


def list_top_services(language: str, *, limit: int = 6) -> list[ServiceLink]:
    """Return the services to show first on the town's home page: the catalogue's prominent ones, then the town's own.

    Two queries.
    """
    services = list_offered_services(language)
    services.sort(key=lambda one: (-one.record.prominence, not one.decided.is_own))
    return [_link(service, language) for service in services[:limit]]


def _link(service: TownService, language: str) -> ServiceLink:
    is_linked = service.decided.kind is Decision.LINK
    authority = link_target(service, current_town()).authority if is_linked else ""
    return ServiceLink(
        slug=service.slug,
        title=service.title(language),
        teaser=str(service.text("teaser", language) or ""),
        is_linked=is_linked,
        authority=authority,
    )
