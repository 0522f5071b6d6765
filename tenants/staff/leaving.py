"""What stays of people who have left: their name and address go after a while; in the trail they stay as they acted."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.selectors import list_own_of_action
from tenants.audit.services import record
from tenants.context import current_tenant
from tenants.errors import NotAllowed
from tenants.keystore import store
from tenants.outbox.duedays import note_due_days
from tenants.staff.models import Invitation, StaffAccount

# The kind of the days on which somebody's time is over: the daily task enters towns that have one.
DUE: Final = "staff.left"
DEACTIVATED: Final = "staff.deactivated"
# As long as an account of a citizen that nobody uses. Source: OZG section 8.
KEPT: Final = dt.timedelta(days=731)


def note_leaving() -> None:
    """Say when the time of somebody who leaves today is over, in the running transaction."""
    note_due_days(kind=DUE, days=[timezone.localdate() + KEPT])


def forget_left(*, actor: Actor, today: dt.date) -> int:
    """Delete the accounts of those who left two years ago, and invitations as old; return how many accounts went.

    For the daily task, inside the town. Who has come back and left again is counted from the last time. Idempotent.
    Effects: an audit entry for each, without name and address; the person's data key here is destroyed.
    Raises: NotAllowed for people; ExternalTemporary.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Wer gegangen ist, wird von selbst vergessen. Sie müssen nichts tun."))
    # The day itself is over, wherever the clock stood when somebody left.
    limit = timezone.make_aware(dt.datetime.combine(today - KEPT + dt.timedelta(days=1), dt.time.min))
    later = {entry.subject for entry in list_own_of_action(DEACTIVATED, since=limit)}
    with transaction.atomic():
        rows = StaffAccount.objects.select_for_update().filter(is_active=False, created_at__lt=limit)
        gone = [row for row in rows if f"staff:{row.id}" not in later]
        for account in gone:
            Invitation.objects.filter(email=account.email).delete()
            StaffAccount.objects.filter(deputy=account.id).update(deputy=None)
            record(actor=actor, action="staff.forgotten", subject=f"staff:{account.id}")
            transaction.on_commit(partial(store.destroy_keys, account.id, scope=str(current_tenant().id)))
            account.delete()
        Invitation.objects.filter(expires_at__lt=limit).delete()
    return len(gone)
