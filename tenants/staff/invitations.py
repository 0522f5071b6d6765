"""Invitations by link: the only way a person comes to an account, and back to one whose password is lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accountmails import mail_language, send_invitation
from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.mail.senders import town_sender
from tenants.mail.services import can_send_mail
from tenants.passwords import require_good_password
from tenants.staff.models import Invitation, Role, StaffAccount
from tenants.staff.policies import can_manage_staff, require
from tenants.staff.roles import checked_offices, checked_roles
from tenants.staff.selectors import account_info, no_invitation
from tenants.staff.tokens import LIFETIME, MAX_LENGTH, hash_token, new_token

# The route `identity:invitation` of a town's host in German; a test holds the two together.
INVITATION_PATH: Final = "/verwaltung/einladung/{token}/"
_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made. The token is here and in the mail that is on its way: show it once.

    `is_mailed`: the link goes out by mail, too.
    """

    id: UUID
    email: str
    expires_at: datetime
    token: str = field(repr=False)
    is_mailed: bool = False


def invite(*, actor: Actor, email: str, roles: Collection[str], offices: Collection[UUID] = ()) -> NewInvitation:
    """Invite a person by e-mail address; an earlier invitation to the same address ends.

    Effects: the link goes out by mail where there is a mail server.
    Raises: NotAllowed; InvalidInput (fields `email`, `roles`, `offices`); Conflict when the person has an account that
    works.
    """
    require(can_manage_staff, actor)
    address = _checked_email(email)
    wanted = checked_roles(roles)
    places = checked_offices(offices, roles=wanted)
    with transaction.atomic():
        if StaffAccount.objects.filter(email=address, is_active=True).exists():
            message = _("Diese Person hat schon einen Zugang.")
            raise Conflict(message, code="account_exists", data={"fields": {"email": [message]}})
        withdraw_invitations_of(address)
        return _create(actor=actor, email=address, roles=wanted, action="staff.invited", offices=places)


def renew_access(*, actor: Actor, account_id: UUID) -> NewInvitation:
    """Make a link by which a colleague sets a new password, because the old one is lost.

    Raises: NotAllowed; NotFound, also for an account that was deactivated: invite that person anew.
    """
    require(can_manage_staff, actor)
    with transaction.atomic():
        account = StaffAccount.objects.filter(id=account_id, is_active=True).first()
        if account is None:
            raise NotFound(_("Diese Person gibt es hier nicht."))
        withdraw_invitations_of(account.email)
        return _create(
            actor=actor,
            email=account.email,
            roles=list(account.roles),
            action="staff.access_renewed",
            language=account.language,
        )


def create_first_invitation(*, actor: Actor, email: str = "", is_empty: bool = False) -> NewInvitation | None:
    """Invite the first administrator of a new municipality; without `email` the invited person names it.

    Returns None when somebody administrates already or an invitation to it is open, so onboarding may run again;
    nobody looks where the schema `is_empty`.

    Raises: NotAllowed; InvalidInput (field `admin_email`).
    """
    if not is_empty and (_has_administrator() or _has_open_administrator_invitation()):
        return None
    require(can_invite_first, actor)
    address = _checked_first_email(email)
    # Inside of onboarding, where an error ends everything: a savepoint would be two messages for nothing.
    with transaction.atomic(savepoint=False):
        if not is_empty:
            withdraw_invitations_of(address)
        return _create(actor=actor, email=address, roles=[Role.ADMINISTRATOR], action="staff.first_invited")


def renew_first_invitation(*, actor: Actor, email: str = "") -> NewInvitation:
    """Make a new link for an administrator, as when the first one was lost. For onboarding and its commands.

    Raises: NotAllowed unless the system or an operator acts; InvalidInput (field `admin_email`).
    """
    require(can_invite_first, actor)
    address = _checked_first_email(email)
    with transaction.atomic():
        withdraw_invitations_of(address)
        return _create(actor=actor, email=address, roles=[Role.ADMINISTRATOR], action="staff.first_invited")


def can_invite_first(actor: Actor) -> bool:
    """Whether the actor may invite a first administrator: who may onboard, which provisioning has checked."""
    return actor.kind in {"system", "operator"}


def withdraw_invitation(*, actor: Actor, invitation_id: UUID) -> None:
    """Take an open invitation back: its link ends at once.

    Raises: NotAllowed; NotFound.
    """
    require(can_manage_staff, actor)
    with transaction.atomic():
        deleted, _rows = Invitation.objects.filter(id=invitation_id, accepted_at__isnull=True).delete()
        if not deleted:
            raise NotFound(_("Diese Einladung gibt es nicht mehr."))
        record(actor=actor, action="staff.invitation_withdrawn", subject=f"invitation:{invitation_id}")


def withdraw_invitations_of(email: str) -> None:
    """End all open invitations to an address, within the running transaction of the action that audits it."""
    Invitation.objects.filter(email=email, accepted_at__isnull=True).delete()


def accept_invitation(*, token: str, name: str, password: str, email: str = "") -> AccountInfo:
    """Turn an invitation into an account, or give an account a new password. The token is the right to it, once.

    `email` counts only where the invitation names none.

    Effects: ends all sessions of an account that was there; its roles are the invitation's unless it was active.
    Raises: NotFound for a token that opens nothing; InvalidInput (fields `name`, `email`, `password`).
    """
    shown_name = _checked_name(name)
    with transaction.atomic():
        invitation = _locked_invitation(token)
        address = invitation.email or _checked_email(email)
        account = StaffAccount.objects.select_for_update().filter(email=address).first()
        if account is not None and not invitation.email:
            # Nobody may take over an account by naming its address on an open invitation.
            message = _("Mit dieser E-Mail-Adresse gibt es schon einen Zugang. Nehmen Sie eine andere.")
            raise InvalidInput(message, data={"fields": {"email": [message]}})
        account = account or StaffAccount(email=address, is_active=False)
        if not account.is_active:
            account.roles, account.offices = list(invitation.roles), invitation.offices
            account.language = mail_language()
        account.name, account.is_active = shown_name, True
        require_good_password(password, owner=account)
        account.session_epoch += 1
        account.set_password(password)
        account.save()
        invitation.accepted_at, invitation.email = timezone.now(), address
        invitation.save(update_fields=["accepted_at", "email"])
        info = account_info(account)
        record(
            actor=info.as_actor(),
            action="staff.invitation_accepted",
            subject=info.subject,
            data={"invitation": str(invitation.id), "roles": sorted(info.roles)},
        )
    return info


def _create(
    *,
    actor: Actor,
    email: str,
    roles: list[str],
    action: str,
    language: str = "",
    offices: list[UUID] | None = None,
) -> NewInvitation:
    token = new_token()
    row = Invitation.objects.create(
        email=email,
        roles=roles,
        offices=offices,
        token_hash=hash_token(token),
        invited_by=actor.name,
        expires_at=timezone.now() + LIFETIME,
    )
    record(actor=actor, action=action, subject=f"invitation:{row.id}", data={"roles": roles})
    is_mailed = (
        bool(email)
        and can_send_mail()
        and send_invitation(
            invitation_id=row.id,
            to=email,
            path=INVITATION_PATH.format(token=token),
            sender=town_sender(),
            expires_at=row.expires_at,
            is_new=action != "staff.access_renewed",
            language=language,
        )
    )
    return NewInvitation(id=row.id, email=email, expires_at=row.expires_at, token=token, is_mailed=is_mailed)


def _locked_invitation(token: str) -> Invitation:
    open_ones = Invitation.objects.select_for_update().filter(accepted_at__isnull=True, expires_at__gt=timezone.now())
    found = open_ones.filter(token_hash=hash_token(token)).first() if len(token) <= MAX_LENGTH else None
    if found is None:
        raise no_invitation()
    return found


def _has_administrator() -> bool:
    return StaffAccount.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).exists()


def _has_open_administrator_invitation() -> bool:
    return Invitation.objects.filter(
        accepted_at__isnull=True, expires_at__gt=timezone.now(), roles__contains=[Role.ADMINISTRATOR]
    ).exists()


def _checked_email(given: str, *, field_name: str = "email") -> str:
    address = normal_email(given)
    try:
        validate_email(address)
    except ValidationError as wrong:
        message = _("Geben Sie eine E-Mail-Adresse an, zum Beispiel vorname.nachname@stadt.de.")
        raise InvalidInput(message, data={"fields": {field_name: [message]}}) from wrong
    return address


def _checked_first_email(given: str) -> str:
    return _checked_email(given, field_name="admin_email") if given else ""


def _checked_name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > _NAME_LENGTH:
        message = _("Geben Sie Ihren Vor- und Nachnamen an.")
        raise InvalidInput(message, data={"fields": {"name": [message]}})
    return name
