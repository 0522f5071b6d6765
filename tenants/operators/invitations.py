"""Links by which the IT providers' people set a password: the first one, and a new one when it is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accountmails import send_invitation
from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration, as_operator
from tenants.errors import NotAllowed, NotFound
from tenants.links import public_url
from tenants.mail.senders import operator_sender
from tenants.operators.models import OperatorAccount, OperatorInvitation
from tenants.operators.selectors import account_info
from tenants.passwords import require_good_password
from tenants.registry.sites import OperatorInfo
from tenants.staff.tokens import LIFETIME, MAX_LENGTH, hash_token, new_token

# The route `identity:invitation` of the console in German; a test holds the two together.
INVITATION_PATH: Final = "/einladung/{token}/"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made. The token is here and in the mail that is on its way: show it once.

    `is_mailed`: the link goes out by mail, too.
    """

    email: str
    expires_at: datetime
    token: str = field(repr=False)
    is_mailed: bool = False


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be accepted."""

    email: str
    name: str
    expires_at: datetime


def invitation_url(invitation: NewInvitation) -> str:
    """Return the address to give to the person."""
    return public_url(settings.VERBUND_CONSOLE_HOST, INVITATION_PATH.format(token=invitation.token))


def invite_operator(*, actor: Actor, email: str) -> NewInvitation:
    """Make a link by which a person of an IT provider sets a password; an earlier link ends. For commands.

    Effects: the link goes out by mail where there is a mail server.
    Raises: NotAllowed unless the system acts, and for an account whose access has ended; NotFound.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Zugänge zur Konsole legt man mit dem Befehl „verbund“ an."))
    with as_migration(), transaction.atomic():
        account = OperatorAccount.objects.select_related("operator").filter(email=normal_email(email)).first()
        if account is None:
            raise NotFound(_("Diesen Zugang gibt es nicht."))
        if not account.is_active:
            raise NotAllowed(_("Dieser Zugang ist beendet."))
        OperatorInvitation.objects.filter(account_id=account.id, accepted_at__isnull=True).delete()
        token = new_token()
        row = OperatorInvitation.objects.create(
            account_id=account.id, token_hash=hash_token(token), expires_at=timezone.now() + LIFETIME
        )
        with as_operator():
            record(actor=actor, action="operator.invited", subject=f"operator:{account.id}")
            is_mailed = _mail(account, row, token)
    return NewInvitation(email=account.email, expires_at=row.expires_at, token=token, is_mailed=is_mailed)


def get_open_invitation(token: str) -> OpenInvitation:
    """Return the invitation that a token opens.

    Raises: NotFound when it is unknown, expired or used: all look the same.
    """
    row = _open().filter(token_hash=hash_token(token)).first() if len(token) <= MAX_LENGTH else None
    if row is None:
        raise _no_invitation()
    return OpenInvitation(row.account.email, row.account.name, row.expires_at)


def accept_invitation(*, token: str, password: str) -> AccountInfo:
    """Set the password of the account that a token names, as the operators' database role. The token counts once.

    A second factor stays: whoever has lost that, too, has it reset, and then sets up a new one by this link.

    Effects: ends all sessions of the account.
    Raises: NotFound for a token that opens nothing; InvalidInput (field `password`).
    """
    with transaction.atomic():
        found = _open().select_for_update(of=("self",)).filter(token_hash=hash_token(token))
        invitation = found.first() if len(token) <= MAX_LENGTH else None
        if invitation is None:
            raise _no_invitation()
        account = OperatorAccount.objects.select_for_update().get(id=invitation.account_id)
        require_good_password(password, owner=account)
        account.set_password(password)
        account.session_epoch += 1
        account.save(update_fields=["password", "session_epoch"])
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        info = account_info(account)
        record(actor=info.as_actor(), action="operator.invitation_accepted", subject=info.subject)
    return info


def _mail(account: OperatorAccount, row: OperatorInvitation, token: str) -> bool:
    operator = account.operator
    info = OperatorInfo(
        id=operator.id, slug=operator.slug, name=operator.name, phone=operator.phone, email=operator.email
    )
    return send_invitation(
        invitation_id=row.id,
        to=account.email,
        path=INVITATION_PATH.format(token=token),
        sender=operator_sender(info),
        expires_at=row.expires_at,
        is_new=account.last_login is None,
        language=account.language,
    )


def _open() -> QuerySet[OperatorInvitation]:
    return OperatorInvitation.objects.select_related("account").filter(
        accepted_at__isnull=True, expires_at__gt=timezone.now(), account__is_active=True
    )


def _no_invitation() -> NotFound:
    return NotFound(
        _("Dieser Link gilt nicht oder nicht mehr. Bitten Sie die Betriebsleitung um einen neuen."),
        code="invitation_not_found",
    )
