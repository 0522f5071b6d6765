"""Background work of the deployment."""

from __future__ import annotations

import threading
from typing import Final

import structlog
from celery import shared_task

from tenants.outbox import services as outbox
from tenants.rollout.selectors import get_background_rollout
from tenants.rollout.worker import OlderReleaseError, Worker

log = structlog.get_logger(__name__)

# Long enough to get on, short enough that other tasks get their turn; the beat comes back for the rest.
_SLICE_SECONDS: Final = 20.0


@shared_task(name="federation.tasks.project_outbox")  # type: ignore[untyped-decorator]  # Celery ships no types
def project_outbox() -> int:
    """Hand waiting outbox events to their projections and return how many were done."""
    done = outbox.project_waiting()
    if done:
        log.info("outbox.projected", events=done)
    return done


@shared_task(name="federation.tasks.work_rollout")  # type: ignore[untyped-decorator]  # Celery ships no types
def work_rollout() -> bool:
    """Work on a rollout that was started with `--background` for a while; return whether there was one.

    A worker of an older release leaves it to others: it does not have the migrations.
    """
    rollout_id = get_background_rollout()
    if rollout_id is None:
        return False
    stop = threading.Event()
    timer = threading.Timer(_SLICE_SECONDS, stop.set)
    timer.daemon = True
    timer.start()
    try:
        Worker(rollout_id, stop=stop).run()
    except OlderReleaseError as older:
        log.warning("rollout.older_release", reason=str(older))
    finally:
        timer.cancel()
    return True
