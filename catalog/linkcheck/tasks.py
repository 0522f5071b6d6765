"""The link checker's background work."""

from __future__ import annotations

from typing import Final

import structlog
from celery import shared_task

from catalog.linkcheck import services
from tenants.actors import Actor, system_actor

log = structlog.get_logger(__name__)

# Long enough to get on, short enough that other tasks get their turn; the beat comes back for the rest.
_SLICE_SECONDS: Final = 20.0


@shared_task(name="catalog.linkcheck.tasks.collect")  # type: ignore[untyped-decorator]  # Celery ships no types
def collect() -> int:
    """Write anew where the shared catalogue has links and return the number of places."""
    return services.collect_shared_links(actor=_actor())


@shared_task(name="catalog.linkcheck.tasks.check")  # type: ignore[untyped-decorator]  # Celery ships no types
def check() -> int:
    """Ask addresses that are due for a while and return how many were asked."""
    done = services.check_due_links(actor=_actor(), seconds=_SLICE_SECONDS)
    if done:
        log.info("links.checked", links=done)
    return done


def _actor() -> Actor:
    return system_actor("Linkprüfung")
