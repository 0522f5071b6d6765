"""Write a municipality's accounts, inside its context. Invitations lie in `invitations` and are entered here too."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.authentication import OwnAccounts
from tenants.authentication import authenticate as _authenticate
from tenants.context import current_tenant
from tenants.errors import Conflict, NotAllowed, NotFound
from tenants.factors import OwnFactors
from tenants.mail.senders import town_sender
from tenants.ownpasskeys import OwnPasskeys
from tenants.passwords import require_good_initial_password
from tenants.staff.invitations import (
    NewInvitation,
    accept_invitation,
    create_first_invitation,
    invite,
    renew_access,
    withdraw_invitation,
    withdraw_invitations_of,
)
from tenants.staff.leaving import DEACTIVATED, note_leaving
from tenants.staff.models import Role, StaffAccount
from tenants.staff.policies import can_have_account, can_manage_staff, require
from tenants.staff.roles import checked_offices, checked_roles
from tenants.staff.selectors import account_info

__all__ = (
    "FACTORS",
    "PASSKEYS",
    "NewInvitation",
    "accept_invitation",
    "authenticate",
    "change_password",
    "create_account",
    "create_first_invitation",
    "deactivate",
    "end_sessions",
    "invite",
    "note_signed_in",
    "renew_access",
    "require_password",
    "reset_factor",
    "set_mail_choices",
    "set_roles",
    "stop_reminders",
    "withdraw_invitation",
)


_OWN: Final = OwnAccounts(
    rows=StaffAccount.objects.all,
    may=can_have_account,
    info=account_info,
    sender=lambda _account: town_sender(),
    prefix="staff",
    refusal=gettext_lazy("Ihr Zugang gilt nicht mehr. Wenden Sie sich an die Verwaltung Ihres Portals."),
)
change_password = _OWN.change_password
end_sessions = _OWN.end_sessions
note_signed_in = _OWN.note_signed_in
require_password = _OWN.require_password
set_mail_choices = _OWN.set_mail_choices
stop_reminders = _OWN.stop_reminders
FACTORS: Final = OwnFactors(own=_OWN, scope=lambda: str(current_tenant().id))
PASSKEYS: Final = OwnPasskeys(factors=FACTORS)


def authenticate(*, email: str, password: str) -> AccountInfo | None:
    """Return this municipality's active account with this e-mail and password, or None: `tenants.authentication`."""
    return _authenticate(accounts=StaffAccount.objects.all(), email=email, password=password, info=account_info)


def create_account(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: str,
    roles: Collection[str],
    offices: Collection[UUID] = (),
) -> AccountInfo:
    """Create an account with a password at once, for commands and the demo; people are invited instead.

    Run again it leaves an account with this e-mail as it is.

    Raises: NotAllowed unless the system acts; InvalidInput.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Konten legt man über eine Einladung an."))
    wanted = checked_roles(roles)
    address = normal_email(email)
    existing = StaffAccount.objects.filter(email=address).first()
    if existing is not None:
        return account_info(existing)
    account = StaffAccount(
        email=address, name=name.strip(), roles=wanted, offices=checked_offices(offices, roles=wanted)
    )
    require_good_initial_password(password, owner=account)
    account.set_password(password)
    with transaction.atomic():
        account.save(force_insert=True)
        record(actor=actor, action="staff.created", subject=f"staff:{account.id}", data={"roles": wanted})
    return account_info(account)


def set_roles(*, actor: Actor, account_id: UUID, roles: Collection[str], offices: Collection[UUID] = ()) -> AccountInfo:
    """Give a colleague exactly these roles, and a clerk these offices.

    Effects: ends all sessions of the account when anything really changes.
    Raises: NotAllowed; NotFound; InvalidInput for no or an unknown role, and for a clerk without an office; Conflict
    when nobody would administrate.
    """
    require(can_manage_staff, actor)
    wanted = checked_roles(roles)
    places = checked_offices(offices, roles=wanted)
    with transaction.atomic():
        account = _member(account_id)
        before = sorted(account.roles)
        if before == wanted and sorted(account.offices or []) == (places or []):
            return account_info(account)
        if Role.ADMINISTRATOR not in wanted:
            _require_another_administrator(account)
        account.roles, account.offices = wanted, places
        _OWN.end_sessions_of(account, "roles", "offices")
        data = {"from": before, "to": wanted}
        record(actor=actor, action="staff.roles_changed", subject=f"staff:{account.id}", data=data)
    return account_info(account)


def deactivate(*, actor: Actor, account_id: UUID) -> None:
    """End a colleague's access at once. Name and address are deleted two years later; the trail keeps what was done.

    Effects: ends all sessions of the account and withdraws invitations to its e-mail.
    Raises: NotAllowed; NotFound; Conflict when nobody would administrate.
    """
    require(can_manage_staff, actor)
    with transaction.atomic():
        account = _member(account_id)
        if not account.is_active:
            return
        _require_another_administrator(account)
        account.is_active = False
        _OWN.end_sessions_of(account, "is_active")
        withdraw_invitations_of(account.email)
        note_leaving()
        record(actor=actor, action=DEACTIVATED, subject=f"staff:{account.id}")


def reset_factor(*, actor: Actor, account_id: UUID) -> NewInvitation:
    """Take a colleague's lost second factor away, and make the link by which the person sets up a new one.

    The link asks for a new password, too: the old one alone is no right to a new factor.
    Effects: ends all sessions of the account; the person gets a mail, and the link by another.
    Raises: NotAllowed, also for the own account; NotFound.
    """
    require(can_manage_staff, actor)
    if actor.id == account_id:
        raise NotAllowed(_("Ihren eigenen zweiten Faktor ändern Sie auf der Seite „Mein Konto“."))
    with transaction.atomic():
        FACTORS.reset(actor=actor, account=_member(account_id))
        return renew_access(actor=actor, account_id=account_id)


def _member(account_id: UUID) -> StaffAccount:
    # All rows are locked in one order, so that two administrators can't remove each other at the same moment.
    accounts = {row.id: row for row in StaffAccount.objects.select_for_update().order_by("id")}
    if account_id not in accounts:
        raise NotFound(_("Diese Person gibt es hier nicht."))
    return accounts[account_id]


def _require_another_administrator(account: StaffAccount) -> None:
    if not account.is_active or Role.ADMINISTRATOR not in account.roles:
        return
    others = StaffAccount.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).exclude(id=account.id)
    if not others.exists():
        raise Conflict(
            _("Das ist die letzte Person mit der Rolle Administration. Geben Sie die Rolle zuerst jemand anderem."),
            code="last_administrator",
        )
