"""Read the figures of towns and regions. Plain values leave, no querysets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone

from catalog.coverage.figures import Figures, figures_of
from catalog.coverage.models import RegionCoverage, TownCoverage
from tenants.context import as_projector
from tenants.registry.generations import CATALOGUE
from tenants.registry.selectors import get_generations
from tenants.registry.sites import TenantInfo, directory
from tenants.rollout.serving import can_serve

# A broken link shows in scores after this time at the latest; a decision or a publication within some minutes.
LINKS_COUNT_AFTER: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DayPoint:
    """The figures of one day. `towns`: how many they are the sum of."""

    day: dt.date
    figures: Figures
    towns: int = 1


@dataclass(frozen=True, slots=True)
class TownLine:
    """A town of a region and its newest figures; None while it has not told any."""

    town: TenantInfo
    figures: Figures | None
    day: dt.date | None


def list_region_towns(region: str) -> list[TenantInfo]:
    """Return the towns that count for a region: open ones, no training copies, in German order."""
    towns = directory.snapshot().tenants.values()
    found = [town for town in towns if town.region_slug == region and town.is_listed]
    return sorted(found, key=lambda town: town.sort_key)


def list_town_lines(region: str) -> list[TownLine]:
    """Return every town of the region with its newest figures, in one query."""
    towns = list_region_towns(region)
    newest = _newest({town.id for town in towns})
    return [
        TownLine(town, figures_of(row), row.day) if (row := newest.get(town.id)) else TownLine(town, None, None)
        for town in towns
    ]


def list_region_days(region: str, *, since: dt.date) -> list[DayPoint]:
    """Return the region's figures from day to day, the oldest first, in one query."""
    rows = RegionCoverage.objects.filter(region=region, day__gte=since).order_by("day")
    return [DayPoint(row.day, figures_of(row), row.towns) for row in rows]


def list_due_tenants(*, is_linkcheck_waiting: bool = False) -> list[tuple[TenantInfo, bool]]:
    """Return the tenants whose figures are not those of now, each with whether everything has to be counted anew.

    Anew once a day: time alone makes a text old. Who was counted longest ago comes first. In two queries, as the
    projector, whatever the number of tenants.
    """
    today, now = timezone.localdate(), timezone.now()
    with as_projector():
        generations = get_generations()
        rows = {row.tenant_id: row for row in TownCoverage.objects.filter(day=today)}
    current = generations.get(CATALOGUE, 0)
    due = []
    for town in directory.snapshot().tenants.values():
        if town.life in {"setup", "offboarding"} or not can_serve(town.schema_version):
            continue
        row = rows.get(town.id)
        is_stale = row is not None and (
            (row.tenant_generation, row.catalogue_generation) != (generations.get(town.ref.role, 0), current)
            or (is_linkcheck_waiting and row.counted_at < now - LINKS_COUNT_AFTER)
        )
        if row is None or is_stale:
            due.append((row.counted_at if row else now, town, row is None))
    return [(town, is_full) for _since, town, is_full in sorted(due, key=lambda one: (one[0], one[1].sort_key))]


def _newest(tenant_ids: set[UUID]) -> dict[UUID, TownCoverage]:
    rows = TownCoverage.objects.filter(tenant_id__in=tenant_ids).order_by("tenant_id", "-day").distinct("tenant_id")
    return {row.tenant_id: row for row in rows}
