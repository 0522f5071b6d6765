"""Counting scores and figures in the background."""

from __future__ import annotations

from typing import Final

import structlog
from celery import shared_task

from catalog.coverage.selectors import list_due_tenants
from catalog.coverage.services import sum_regions
from catalog.quality.services import count_quality
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant

log = structlog.get_logger(__name__)

# A town that is still waiting for its turn is found once more at the next look: the older message is for nothing.
_EXPIRES_SECONDS: Final = 110


@shared_task(name="catalog.quality.tasks.look")  # type: ignore[untyped-decorator]  # Celery ships no types
def look() -> int:
    """Send a task for each town whose scores are not those of now; sum up the regions; return how many were sent."""
    due = list_due_tenants(is_linkcheck_waiting=True)
    for town, is_full in due:
        with in_tenant(town.ref):
            count.apply_async(kwargs={"is_full": is_full}, expires=_EXPIRES_SECONDS)
    sum_regions(actor=_actor())
    return len(due)


@shared_task(name="catalog.quality.tasks.count")  # type: ignore[untyped-decorator]  # Celery ships no types
def count(*, is_full: bool = False) -> int:
    """Count the town of the message and return how many services were counted."""
    done = count_quality(actor=_actor(), is_full=is_full)
    if done:
        log.info("quality.counted", services=done)
    return done


def _actor() -> Actor:
    return system_actor("Qualität")
