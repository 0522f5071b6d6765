"""Counting scores and figures in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog
from celery import shared_task

from catalog.coverage.selectors import list_due_tenants
from catalog.coverage.services import sum_regions
from catalog.quality.services import count_quality
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

log = structlog.get_logger(__name__)

# A town that is still waiting for its turn is found once more at the next look: the older message is for nothing.
_EXPIRES_SECONDS: Final = 55
# Other tasks must not wait behind a thousand towns: a look sends as much as workers do in a minute. Units: towns that
# are only looked over; one that is counted whole weighs as much as several.
_BUDGET: Final = 60
_WHOLE_WEIGHS: Final = 8


@shared_task(name="catalog.quality.tasks.look")  # type: ignore[untyped-decorator]  # Celery ships no types
def look() -> int:
    """Send a task for towns whose scores are not those of now; sum up the regions; return how many were sent."""
    chosen = choose(list_due_tenants(is_linkcheck_waiting=True))
    for town, is_full in chosen:
        with in_tenant(town.ref):
            count.apply_async(kwargs={"is_full": is_full}, expires=_EXPIRES_SECONDS)
    sum_regions(actor=_actor())
    return len(chosen)


def choose(due: Sequence[tuple[TenantInfo, bool]], *, budget: int = _BUDGET) -> list[tuple[TenantInfo, bool]]:
    """Return what one look sends: towns where somebody changed something first, then those whose day has begun."""
    chosen: list[tuple[TenantInfo, bool]] = []
    for town, is_full in sorted(due, key=lambda one: one[1]):
        budget -= _WHOLE_WEIGHS if is_full else 1
        if budget < 0 and chosen:
            break
        chosen.append((town, is_full))
    return chosen


@shared_task(name="catalog.quality.tasks.count")  # type: ignore[untyped-decorator]  # Celery ships no types
def count(*, is_full: bool = False) -> int:
    """Count the town of the message and return how many services were counted."""
    done = count_quality(actor=_actor(), is_full=is_full)
    if done:
        log.info("quality.counted", services=done)
    return done


def _actor() -> Actor:
    return system_actor("Qualität")
