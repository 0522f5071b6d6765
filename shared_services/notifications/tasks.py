"""Reminders in the background: a look finds whose turn it is, a task for each reminds its people."""

from __future__ import annotations

import datetime as dt
from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone

from shared_services.notifications.selectors import list_due
from shared_services.notifications.services import forget_rounds, period_of, remind_region, remind_town
from tenants.context import as_projector, in_tenant
from tenants.mail.services import can_send_mail

log = structlog.get_logger(__name__)

# Other tasks must not wait behind a thousand towns: those left are found at the next look.
_TOWNS_PER_LOOK: Final = 60
# A town that is still waiting for its turn is found once more: the older message is for nothing.
_EXPIRES_SECONDS: Final = 290
_FIRST_HOUR: Final = 7
_LAST_HOUR: Final = 17
_SATURDAY: Final = 6


def is_time(now: dt.datetime) -> bool:
    """Whether people are reminded now: from Monday to Friday, by day."""
    return now.isoweekday() < _SATURDAY and _FIRST_HOUR <= now.hour < _LAST_HOUR


@shared_task(name="shared_services.notifications.tasks.look")  # type: ignore[untyped-decorator]  # Celery ships no types
def look() -> int:
    """Send a task for towns and regions that were not reminded this week; return how many were sent."""
    now = timezone.localtime()
    return send_due(period_of(now.date())) if can_send_mail() and is_time(now) else 0


def send_due(period: str) -> int:
    """Send a task for each town and region that is due in a period, as many as one look may; return how many."""
    towns, regions = list_due(period)
    for region in regions:
        remind_editors.apply_async(kwargs={"region": region.slug, "period": period}, expires=_EXPIRES_SECONDS)
    for town in towns[:_TOWNS_PER_LOOK]:
        with in_tenant(town.ref):
            remind_staff.apply_async(kwargs={"period": period}, expires=_EXPIRES_SECONDS)
    if not towns and not regions:
        with as_projector():
            forget_rounds(before=period)
    return len(regions) + len(towns[:_TOWNS_PER_LOOK])


@shared_task(name="shared_services.notifications.tasks.remind_staff")  # type: ignore[untyped-decorator]  # Celery ships no types
def remind_staff(*, period: str) -> int:
    """Remind the people of the message's town; return how many mails were written."""
    written = remind_town(period=period)
    log.info("reminders.written", mails=written)
    return written


@shared_task(name="shared_services.notifications.tasks.remind_editors")  # type: ignore[untyped-decorator]  # Celery ships no types
def remind_editors(*, region: str, period: str) -> int:
    """Remind the editors of a region; return how many mails were written."""
    written = remind_region(region=region, period=period)
    log.info("reminders.written", region=region, mails=written)
    return written
