"""Absence and deputies: who is away, who stands in, and for whom somebody stands in today; in the town's context."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import InvalidInput, NotFound
from tenants.outbox.duedays import note_due_days
from tenants.staff.absencemails import tell_deputy, tell_deputy_is_over
from tenants.staff.models import Role, StaffAccount
from tenants.staff.policies import can_have_account, can_manage_staff, require
from tenants.staff.selectors import account_info

_LONGEST: Final = dt.timedelta(days=366)
# The kind of the days on which an absence begins or is over: the daily task enters towns that have one.
DUE: Final = "staff.absence"
# The workers may have been away for a day.
TOLD_LATE: Final = dt.timedelta(days=2)
# What whoever holds a role may do besides; the policies say so.
_COVERED: Final[Mapping[str, Collection[str]]] = {
    Role.ADMINISTRATOR: {Role.EDITOR, Role.TRANSLATOR, Role.AUDITOR},
    Role.EDITOR: {Role.TRANSLATOR},
}


def set_absence(
    *,
    actor: Actor,
    account_id: UUID,
    first_day: dt.date,
    last_day: dt.date,
    deputy: UUID | None = None,
    is_told: bool = True,
) -> AccountInfo:
    """Say from when to when somebody is away and who stands in; it ends by itself. For oneself, and by administrators.

    Units: days, both included.
    Effects: the deputy gets a mail, and whoever was to stand in before; nobody unless it `is_told`, as in a demo.
    Raises: NotAllowed; NotFound; InvalidInput (fields `last_day`, `deputy`) for days in the past or in a wrong order,
    and for a deputy who can't do the person's work.
    """
    _require_own_or_managed(actor, account_id)
    _check_days(first_day, last_day)
    with transaction.atomic():
        account = _locked(account_id)
        if deputy is not None and deputy not in {one.id for one in _able(account)}:
            message = _("Diese Person kann Sie nicht vertreten. Wählen Sie eine aus der Liste.")
            raise InvalidInput(message, data={"fields": {"deputy": [message]}})
        if is_told and account.deputy != deputy and _is_known(account):
            tell_deputy_is_over(account)
        account.absent_from, account.absent_until, account.deputy = first_day, last_day, deputy
        account.save(update_fields=["absent_from", "absent_until", "deputy"])
        note_due_days(kind=DUE, days=(first_day, last_day + dt.timedelta(days=1)))
        if is_told:
            tell_deputy(account, today=timezone.localdate())
        data = {"from": str(first_day), "until": str(last_day), "deputy": str(deputy) if deputy else ""}
        record(actor=actor, action="staff.absence_set", subject=f"staff:{account_id}", data=data)
    return account_info(account)


def end_absence(*, actor: Actor, account_id: UUID) -> AccountInfo:
    """Say that somebody is back before the time. Idempotent.

    Effects: the deputy gets a mail.
    Raises: NotAllowed; NotFound.
    """
    _require_own_or_managed(actor, account_id)
    with transaction.atomic():
        account = _locked(account_id)
        if account.absent_until is not None:
            if _is_known(account):
                tell_deputy_is_over(account)
            account.absent_from = account.absent_until = account.deputy = None
            account.save(update_fields=["absent_from", "absent_until", "deputy"])
            record(actor=actor, action="staff.absence_ended", subject=f"staff:{account_id}")
    return account_info(account)


def list_possible_deputies(*, actor: Actor, account_id: UUID) -> list[AccountInfo]:
    """Return the colleagues who may do all that a person does, by name. Raises: NotAllowed; NotFound."""
    _require_own_or_managed(actor, account_id)
    account = StaffAccount.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        raise _nobody()
    return [account_info(one) for one in _able(account)]


def acting_for(account_id: UUID, *, today: dt.date | None = None) -> list[AccountInfo]:
    """Return the colleagues for whom somebody stands in today. For lists of work: no policy asks.

    Whoever has lost the roles or offices that it takes stands in for nobody, whatever was said before.
    """
    day = today or timezone.localdate()
    deputy = StaffAccount.objects.filter(id=account_id, is_active=True).first()
    if deputy is None:
        return []
    absent = StaffAccount.objects.filter(
        deputy=account_id, absent_from__lte=day, absent_until__gte=day, is_active=True
    ).order_by("name", "id")
    return [account_info(one) for one in absent if _can_stand_in(deputy, one)]


def tell_deputies(*, today: dt.date) -> int:
    """Tell deputies of absences that have begun or are over since the day before yesterday; return of how many.

    For the daily task: no policy asks. Nobody is told twice.
    """
    since = today - TOLD_LATE
    with transaction.atomic():
        away = StaffAccount.objects.filter(is_active=True, deputy__isnull=False)
        begun = away.filter(absent_from__gte=since, absent_from__lte=today, absent_until__gte=today)
        over = away.filter(absent_until__gte=since, absent_until__lt=today)
        for account in begun:
            tell_deputy(account, today=today)
        for account in over:
            tell_deputy_is_over(account)
        return len(begun) + len(over)


def _is_known(account: StaffAccount) -> bool:
    """Whether an absence was said that is not over: its deputy counts on it."""
    return account.absent_until is not None and account.absent_until >= timezone.localdate()


def _able(account: StaffAccount) -> list[StaffAccount]:
    colleagues = StaffAccount.objects.filter(is_active=True).exclude(id=account.id).order_by("name", "email")
    return [one for one in colleagues if _can_stand_in(one, account)]


def _can_stand_in(deputy: StaffAccount, account: StaffAccount) -> bool:
    """Whether somebody may do all that another person does, for all offices that person works for."""
    powers = set(deputy.roles).union(*(_COVERED.get(role, ()) for role in deputy.roles))
    return set(account.roles) <= powers and set(account.offices or []) <= set(deputy.offices or [])


def _check_days(first_day: dt.date, last_day: dt.date) -> None:
    message = ""
    if last_day < first_day:
        message = _("Der letzte Tag liegt vor dem ersten. Prüfen Sie beide.")
    elif last_day < timezone.localdate():
        message = _("Dieser Tag ist schon vorbei. Geben Sie einen späteren an.")
    elif last_day - first_day > _LONGEST:
        message = _("Eine Abwesenheit dauert höchstens ein Jahr. Geben Sie einen früheren letzten Tag an.")
    if message:
        raise InvalidInput(message, data={"fields": {"last_day": [message]}})


def _require_own_or_managed(actor: Actor, account_id: UUID) -> None:
    if not can_have_account(actor) or actor.id != account_id:
        require(can_manage_staff, actor)


def _locked(account_id: UUID) -> StaffAccount:
    account = StaffAccount.objects.select_for_update().filter(id=account_id, is_active=True).first()
    if account is None:
        raise _nobody()
    return account


def _nobody() -> NotFound:
    return NotFound(_("Diese Person gibt es hier nicht."))
