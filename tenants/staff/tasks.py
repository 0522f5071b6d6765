"""What comes about by itself as time goes by: absences begin and end, and so do the IT provider's visits."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

import structlog
from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from tenants.actors import system_actor
from tenants.audit.selectors import list_of_action
from tenants.context import as_operator, as_projector, in_tenant
from tenants.errors import DomainError
from tenants.mail.services import can_send_mail
from tenants.operators.selectors import get_session_account
from tenants.outbox.duedays import forget_due_days, list_due_tenants
from tenants.registry.sites import TenantInfo, directory
from tenants.staff import leaving
from tenants.staff.absence import DUE, TOLD_LATE, tell_deputies
from tenants.staff.support import end_left, note_over
from tenants.staff.visits import get_visit

log = structlog.get_logger(__name__)

# Before work, and once more for what an outage has left.
_HOURS: Final = (6, 12)
# How long a town that cannot be entered is tried every day.
_TRIED_FOR: Final = dt.timedelta(days=30)
# A visit lasts an hour at most; an outage of the workers may last longer.
_LOOK_BACK: Final = dt.timedelta(hours=24)


@shared_task(name="tenants.staff.tell_absences")  # type: ignore[untyped-decorator]  # Celery ships no types
def tell_absences() -> int:
    """Tell deputies in all towns of absences that have begun or are over; return in how many towns anybody was told."""
    now = timezone.localtime()
    return tell_all_deputies(now.date()) if can_send_mail() and now.hour in _HOURS else 0


def tell_all_deputies(today: dt.date) -> int:
    """Tell the deputies of all open towns where an absence begins or is over, and enter no other town.

    One town's trouble is its own: the next look tries again.
    """
    since = today - TOLD_LATE
    due, told = list_due_tenants(kind=DUE, since=since, until=today), 0
    for town in directory.snapshot().tenants.values():
        if town.id not in due or not town.is_open:
            continue
        try:
            with in_tenant(town.ref):
                told += bool(tell_deputies(today=today))
        except (DatabaseError, DomainError):
            log.exception("staff.deputies_not_told", tenant=town.slug)
    forget_due_days(kind=DUE, before=since)
    return told


@shared_task(name="tenants.staff.forget_left")  # type: ignore[untyped-decorator]  # Celery ships no types
def forget_left() -> int:
    """Delete name and address of people who have left long ago; return of how many."""
    return forget_all_left(timezone.localdate())


def forget_all_left(today: dt.date) -> int:
    """Enter the towns where somebody's time is over, and no other one; a town in trouble is tried again tomorrow."""
    since = today - _TRIED_FOR
    due, gone = list_due_tenants(kind=leaving.DUE, since=since, until=today), 0
    for tenant_id, town in directory.snapshot().tenants_by_id.items():
        if tenant_id not in due:
            continue
        try:
            with in_tenant(town.ref):
                gone += leaving.forget_left(actor=system_actor("Aufbewahrungsfristen"), today=today)
        except (DatabaseError, DomainError):
            log.exception("staff.left_not_forgotten", tenant=town.slug)
    forget_due_days(kind=leaving.DUE, before=since)
    return gone


@shared_task(name="tenants.staff.note_ended_visits")  # type: ignore[untyped-decorator]  # Celery ships no types
def note_ended_visits() -> int:
    """Write into the towns' trails which visits of the IT providers are over by themselves; return how many."""
    now = timezone.now()
    with as_projector():
        begun = list_of_action("support.begun", since=now - _LOOK_BACK)
        ended = {
            one.subject
            for action in ("support.ended", "support.over", "support.left")
            for one in list_of_action(action, since=now - _LOOK_BACK)
        }
    towns, noted = directory.snapshot().tenants_by_id, 0
    for entry in begun:
        town = towns.get(entry.tenant_id) if entry.tenant_id else None
        if town is None or entry.subject in ended:
            continue
        try:
            noted += _note_end(town, UUID(str(entry.data["support_access"])))
        except (DatabaseError, DomainError):
            log.exception("staff.visit_end_not_noted", tenant=town.slug)
    return noted


def _note_end(town: TenantInfo, access_id: UUID) -> bool:
    """Note that a visit is over by its time, or because whoever is there has no access to this town any more."""
    with in_tenant(town.ref):
        if note_over(actor=system_actor("Zeitablauf"), access_id=access_id):
            return True
        visit = get_visit(access_id)
    if visit is None or visit.is_over:
        return False
    with as_operator():
        account = get_session_account(visit.account_id)
    if account is not None and account.is_active and account.operator_id == town.operator.id:
        return False
    with in_tenant(town.ref):
        return end_left(actor=system_actor("Zugang beendet"), access_id=access_id, reason="no_access")
