"""Messages of visitors go when their period is over, and with each its key."""

from __future__ import annotations

import datetime as dt
from typing import Final

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.portal.models import Feedback
from shared_services.portal.periods import day_to_forget, handled_before, received_before
from shared_services.portal.sealed import box
from tenants.actors import Actor, system_actor
from tenants.audit.services import record
from tenants.context import in_tenant
from tenants.errors import DomainError, NotAllowed
from tenants.keystore.messages import Message
from tenants.outbox.duedays import forget_due_days, list_due_tenants, note_due_days
from tenants.registry.sites import directory

log = structlog.get_logger(__name__)

# The kind of the days on which messages go: the daily task enters towns that have one.
DUE: Final = "portal.feedback"
# How long a town that cannot be entered is tried every day; where all is done it is not entered again.
_TRIED_FOR: Final = dt.timedelta(days=30)


def note_received() -> None:
    """Say when a message that comes today goes at the latest, in the running transaction."""
    note_due_days(kind=DUE, days=[day_to_forget(timezone.localdate(), is_handled=False)])


def note_handled() -> None:
    """Say when a message that is handled today goes, in the running transaction."""
    note_due_days(kind=DUE, days=[day_to_forget(timezone.localdate(), is_handled=True)])


def retell_due_days(_actor: Actor) -> int:
    """Note the days anew in a town that an archive brings, and today for what fell due. No events: return none."""
    if Feedback.objects.exists():
        note_due_days(kind=DUE, days={timezone.localdate(), *_days_of_all()})
    return 0


def forget_in_all_towns(today: dt.date) -> int:
    """Enter the towns where messages go today, and no other one; return how many went.

    A town in trouble is tried again tomorrow.
    """
    since = today - _TRIED_FOR
    due, gone = list_due_tenants(kind=DUE, since=since, until=today), 0
    for tenant_id, town in directory.snapshot().tenants_by_id.items():
        if tenant_id not in due:
            continue
        try:
            with in_tenant(town.ref):
                seal_plain()
                gone += forget_old(actor=system_actor("Aufbewahrungsfristen"), today=today)
            forget_due_days(kind=DUE, before=today + dt.timedelta(days=1), tenant_id=tenant_id)
        except (DatabaseError, DomainError):
            log.exception("portal.feedback_not_forgotten", tenant=town.slug)
    forget_due_days(kind=DUE, before=since)
    return gone


def forget_old(*, actor: Actor, today: dt.date) -> int:
    """Delete the messages of this town whose period is over; return how many. Idempotent.

    Effects: their keys are destroyed; one audit entry with the number.
    Raises: NotAllowed for people; ExternalTemporary.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Alte Rückmeldungen werden von selbst gelöscht. Sie müssen nichts tun."))
    is_over = Q(handled_at__lt=handled_before(today)) | Q(handled_at=None, created_at__lt=received_before(today))
    with transaction.atomic():
        rows = list(Feedback.objects.select_for_update().filter(is_over))
        for row in rows:
            box().destroy(row.id)
            row.delete()
        if rows:
            record(actor=actor, action="portal.feedback.forgotten", subject="feedback", data={"count": len(rows)})
    return len(rows)


def seal_plain() -> int:
    """Seal what the release before has written, or an archive brought, and note its days; return how much it was.

    Not in a rollout: code of the release before still reads the plain columns beside it. Raises: ExternalTemporary.
    """
    with transaction.atomic():
        rows = list(Feedback.objects.select_for_update().filter(sealed=None))
        for row in rows:
            row.sealed = box().seal(row.id, Message(text=row.message, page=row.page, contact=row.contact))
            row.message = row.page = row.contact = ""
            row.save(update_fields=["sealed", "message", "page", "contact"])
        if rows:
            note_due_days(kind=DUE, days=_days_of_all())
    return len(rows)


def _days_of_all() -> set[dt.date]:
    """Return the days to come on which messages go that are here now."""
    times = Feedback.objects.values_list("created_at", "handled_at")
    days = {
        day_to_forget(timezone.localdate(handled or created), is_handled=handled is not None)
        for created, handled in times
    }
    return {day for day in days if day > timezone.localdate()}
