"""Read what umbrella pages show: legal pages, services of the region, towns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.resolution.decide import TenantProfile, decide
from catalog.services.selectors import ServiceRecord, list_services
from federation.umbrella.legal import live_values, state_of
from federation.umbrella.models import RegionPage
from federation.umbrella.places import Place, get_places
from shared_services.portal.placeholders import fill
from tenants.errors import NotFound
from tenants.registry.sites import RegionInfo, directory
from tenants.sorting import german_sort_key

POPULAR = 6


@dataclass(frozen=True, slots=True)
class PageView:
    """A legal page, ready to show."""

    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in a list."""

    slug: str
    title: str
    teaser: str
    sort_key: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place of another region of this deployment."""

    place: Place
    region: RegionInfo


def state_of_region(region: RegionInfo) -> str:
    """Return the state that most members of a region lie in."""
    return state_of(member.state_code for member in get_places(region.slug).members)


def get_region_page(region: RegionInfo, *, kind: str, language: str) -> PageView:
    """Return a page in a language, in German where it has none in that; one query.

    Raises: NotFound when the region has no such page.
    """
    rows = {row.language: row for row in RegionPage.objects.filter(region_id=region.id, kind=kind)}
    row = rows.get(language) or rows.get("de")
    if row is None:
        raise NotFound(_("Diese Seite gibt es noch nicht. Gehen Sie zur Startseite."))
    values = live_values(region, state_code=state_of_region(region), language=row.language, changed_at=row.changed_at)
    return PageView(title=row.title, body=fill(row.body, values))


def list_home_services(region: RegionInfo, *, language: str) -> tuple[list[ServiceLine], frozenset[UUID]]:
    """Return the services that editors put forward, the most prominent first, and the ids of all; one query."""
    records = sorted(list_offered_records(region), key=lambda one: -one.prominence)
    popular = [line_of(record, region=region, language=language) for record in records[:POPULAR]]
    return popular, frozenset(record.id for record in records)


def list_all_services(region: RegionInfo, *, language: str) -> list[ServiceLine]:
    """Return all services in German order of their titles; one query."""
    lines = [line_of(one, region=region, language=language) for one in list_offered_records(region)]
    return sorted(lines, key=lambda line: line.sort_key)


def list_service_lines(region: RegionInfo, *, language: str) -> dict[UUID, ServiceLine]:
    """Return all services of the region by their ids; one query."""
    return {one.id: line_of(one, region=region, language=language) for one in list_offered_records(region)}


def list_offered_records(region: RegionInfo) -> list[ServiceRecord]:
    """Return the services that some member of the region offers or links by its kind and place; one query.

    What each member decided is not asked here: a service's own page says it.
    """
    profiles = [
        TenantProfile(member.kind, member.ars, member.region_slug) for member in get_places(region.slug).members
    ]
    return [record for record in list_services() if any(decide(record.head, one, None).is_listed for one in profiles)]


def line_of(record: ServiceRecord, *, region: RegionInfo, language: str) -> ServiceLine:
    """Return a service as lists show it: with the texts that hold in the whole region."""
    effective = record.resolve_in(ars="", region=region.slug)
    title = str(effective.shown("title", language).value or record.slug)
    return ServiceLine(
        slug=record.slug,
        title=title,
        teaser=str(effective.shown("teaser", language).value or ""),
        sort_key=german_sort_key(title),
        categories=record.category_codes,
    )


def find_elsewhere(query: str, *, region: RegionInfo) -> list[Elsewhere]:
    """Find places of the other regions, for visitors who came to the wrong umbrella."""
    others: Sequence[RegionInfo] = [
        other for other in directory.snapshot().regions.values() if other.slug != region.slug
    ]
    return [Elsewhere(place, other) for other in others for place in get_places(other.slug).search(query)[:3]]
