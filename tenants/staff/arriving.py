"""Days on which something of the staff falls due, told anew: a town that an archive brings has left its own behind."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from tenants.actors import Actor
from tenants.audit.selectors import list_own_of_action
from tenants.outbox.duedays import note_due_days
from tenants.staff import absence, leaving
from tenants.staff.models import StaffAccount


def retell_due_days(_actor: Actor) -> int:
    """Note the days of absences that are not over, and of people who have left. They are no events: return none."""
    now, today = timezone.now(), timezone.localdate()
    away = StaffAccount.objects.filter(absent_until__gte=today).values_list("absent_from", "absent_until")
    days = {day for first, last in away if first and last for day in (first, last + dt.timedelta(days=1))}
    note_due_days(kind=absence.DUE, days=days)
    if StaffAccount.objects.filter(is_active=False).exists():
        left = list_own_of_action(leaving.DEACTIVATED, since=now - leaving.KEPT)
        over = {timezone.localdate(entry.at) + leaving.KEPT for entry in left}
        # Today for those whose time was over on the way.
        note_due_days(kind=leaving.DUE, days={today, *over})
    return 0
