"""Read what is known of links. Plain values leave, no querysets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from catalog.linkcheck.checking import Problem
from catalog.linkcheck.models import CheckedLink, LinkPlace
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Layer
from tenants.registry.sites import directory


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of an address. `is_ok` is None while unknown, or where a program is not let in."""

    url: str
    is_ok: bool | None
    problem: Problem
    status: int | None
    final_url: str
    checked_at: dt.datetime | None
    is_waiting: bool

    @property
    def is_broken(self) -> bool:
        """Failed three times in a row."""
        return self.is_ok is False


@dataclass(frozen=True, slots=True)
class BrokenPlace:
    """A broken link of the shared catalogue, and where it stands."""

    state: LinkState
    service_id: UUID
    layer: Layer
    area: str
    field: str
    language: str


def get_link_states(urls: Collection[str]) -> dict[str, LinkState]:
    """Return what is known of these addresses, in one query; of others nothing."""
    return {row.url: _state(row) for row in CheckedLink.objects.filter(url__in=set(urls))} if urls else {}


def list_broken_urls() -> set[str]:
    """Return all addresses that are broken."""
    return set(CheckedLink.objects.filter(is_ok=False).values_list("url", flat=True))


def list_broken_places(*, region: str) -> list[BrokenPlace]:
    """Return the broken links of the shared catalogue that pages of this region show, in two queries."""
    broken = {row.url: _state(row) for row in CheckedLink.objects.filter(is_ok=False)}
    arses = {town.ars for town in directory.snapshot().tenants.values() if town.region_slug == region}
    places = LinkPlace.objects.filter(url__in=broken).order_by("service_id", "field", "language", "url")
    return [
        BrokenPlace(broken[row.url], row.service_id, Layer(row.layer), row.area, row.field, row.language)
        for row in places
        if any(area_covers(Layer(row.layer), row.area, ars=ars, region=region) for ars in arses)
    ]


def count_shared_links() -> int:
    """Return how many different addresses the shared catalogue has."""
    return LinkPlace.objects.values("url").distinct().count()


def _state(row: CheckedLink) -> LinkState:
    return LinkState(
        url=row.url,
        is_ok=row.is_ok,
        problem=Problem(row.problem),
        status=row.status,
        final_url=row.final_url,
        checked_at=row.checked_at,
        is_waiting=row.due_at <= timezone.now(),
    )
