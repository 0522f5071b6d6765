"""Background work of the deployment."""

from __future__ import annotations

import threading
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from catalog.editing import workflow as editing
from federation.umbrella.retention import forget_of_regions
from shared_services.portal.retention import forget_in_all_towns
from tenants.actors import system_actor
from tenants.errors import DomainError
from tenants.lifecycle import services as lifecycle
from tenants.mail.delivery import deliver_due
from tenants.mail.services import forget_old
from tenants.outbox import services as outbox
from tenants.rollout.selectors import get_background_rollout
from tenants.rollout.worker import OlderReleaseError, Worker

log = structlog.get_logger(__name__)

# Long enough to get on, short enough that other tasks get their turn; the beat comes back for the rest.
_SLICE_SECONDS: Final = 20.0
# A slice ends after the step it is at. Steps have limits of their own (`tenants.rollout.options`), an index build an
# hour for each statement; Celery must not kill the process before, only when it hangs for good.
_STEP_SECONDS: Final = 24 * 3600


@shared_task(name="federation.tasks.project_outbox")  # type: ignore[untyped-decorator]  # Celery ships no types
def project_outbox() -> int:
    """Hand waiting outbox events to their projections and return how many were done."""
    done = outbox.project_waiting()
    if done:
        log.info("outbox.projected", events=done)
    return done


@shared_task(name="federation.tasks.work_rollout", time_limit=_STEP_SECONDS)  # type: ignore[untyped-decorator]  # Celery ships no types
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


@shared_task(name="federation.tasks.export_departures", time_limit=_STEP_SECONDS)  # type: ignore[untyped-decorator]  # Celery ships no types
def export_departures() -> int:
    """Write the archives of departures that the console began and return how many there are.

    One that can't be written (the disk is full, say) is logged, noted at its tenant, and tried again a minute later.
    """
    done, refused = lifecycle.export_begun(actor=system_actor("Konsole"), archive_dir=settings.VERBUND_ARCHIVE_DIR)
    for slug, problem in refused.items():
        log.error("offboarding.not_exported", tenant=slug, code=problem.code)
    return len(done)


@shared_task(name="federation.tasks.finish_offboardings")  # type: ignore[untyped-decorator]  # Celery ships no types
def finish_offboardings() -> int:
    """Remove the tenants whose waiting period is over and return how many are gone.

    A departure that can't go on (its archive is not there, say) is logged each time, and holds up no other.
    """
    done, refused = lifecycle.finish_due(actor=system_actor("Frist abgelaufen"))
    for slug, problem in refused.items():
        log.error("offboarding.refused", tenant=slug, code=problem.code)
    return len(done)


@shared_task(name="federation.tasks.publish_scheduled")  # type: ignore[untyped-decorator]  # Celery ships no types
def publish_scheduled() -> int:
    """Publish the drafts of the shared catalogue whose moment has come and return how many.

    One that does not fit any more goes back to its editors with the reason, and is logged.
    """
    done, refused = editing.publish_due()
    for draft_id, problem in refused.items():
        log.error("draft.not_published", draft=str(draft_id), code=problem.code)
    return done


@shared_task(name="federation.tasks.deliver_mail")  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver_mail() -> int:
    """Send the mails that wait and return how many the server took."""
    done = deliver_due()
    if done.total:
        log.info("mail.delivered", sent=done.sent, refused=done.refused, postponed=done.postponed)
    return done.sent


@shared_task(name="federation.tasks.forget_mail")  # type: ignore[untyped-decorator]  # Celery ships no types
def forget_mail() -> int:
    """Delete what is left of mails that were sent long ago and return how many."""
    return forget_old(keep_days=settings.VERBUND_MAIL_KEEP_DAYS)


@shared_task(name="federation.tasks.forget_feedback")  # type: ignore[untyped-decorator]  # Celery ships no types
def forget_feedback() -> int:
    """Delete messages of visitors to towns and regions whose period is over and return how many.

    What goes wrong with those of the regions holds up no town.
    """
    today, gone = timezone.localdate(), 0
    try:
        gone += forget_of_regions(today)
    except (DatabaseError, DomainError):
        log.exception("umbrella.feedback_not_forgotten")
    return gone + forget_in_all_towns(today)
