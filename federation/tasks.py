"""Background work of the deployment."""

from __future__ import annotations

import structlog
from celery import shared_task

from tenants.outbox import services as outbox

log = structlog.get_logger(__name__)


@shared_task(name="federation.tasks.project_outbox")  # type: ignore[untyped-decorator]  # Celery ships no types
def project_outbox() -> int:
    """Hand waiting outbox events to their projections and return how many were done."""
    done = outbox.project_waiting()
    if done:
        log.info("outbox.projected", events=done)
    return done
