"""Links by which editors set a password: the first one, and a new one when it is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accountmails import send_invitation
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_operator
from tenants.editors.models import EditorAccount, EditorInvitation
from tenants.editors.selectors import account_info, get_editor, no_invitation, open_invitations, with_scopes
from tenants.errors import NotAllowed
from tenants.links import public_url
from tenants.mail.senders import region_sender
from tenants.passwords import require_good_password
from tenants.registry.sites import directory
from tenants.staff.tokens import LIFETIME, MAX_LENGTH, hash_token, new_token

# The route `identity:invitation` of an umbrella in German; a test holds the two together.
INVITATION_PATH: Final = "/redaktion/einladung/{token}/"

__all__ = ("NewInvitation", "accept_invitation", "invitation_url", "invite_editor")


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made. The token is here and in the mail that is on its way: show it once.

    `is_mailed`: the link goes out by mail, too.
    """

    email: str
    region: str
    expires_at: datetime
    token: str = field(repr=False)
    is_mailed: bool = False


def invitation_url(invitation: NewInvitation) -> str:
    """Return the address to give to the person: at the umbrella of the region."""
    host = directory.snapshot().regions[invitation.region].host
    return public_url(host, INVITATION_PATH.format(token=invitation.token))


def invite_editor(*, actor: Actor, account_id: UUID) -> NewInvitation:
    """Make a link by which an editor sets a password; an earlier link ends.

    Effects: the link goes out by mail where there is a mail server.
    Raises: NotFound; NotAllowed for an account whose access has ended.
    """
    with as_operator(), transaction.atomic():
        account = get_editor(actor=actor, account_id=account_id)
        if not account.is_active:
            raise NotAllowed(_("Dieser Zugang ist beendet. Geben Sie ihn zuerst wieder frei."))
        EditorInvitation.objects.filter(account_id=account_id, accepted_at__isnull=True).delete()
        token = new_token()
        row = EditorInvitation.objects.create(
            account_id=account_id, token_hash=hash_token(token), expires_at=timezone.now() + LIFETIME
        )
        record(actor=actor, action="editor.invited", subject=f"editor:{account_id}")
        is_mailed = send_invitation(
            invitation_id=row.id,
            to=account.email,
            path=INVITATION_PATH.format(token=token),
            sender=region_sender(directory.snapshot().regions[account.region]),
            expires_at=row.expires_at,
            is_new=account.last_login is None,
            language=account.language,
        )
    return NewInvitation(
        email=account.email, region=account.region, expires_at=row.expires_at, token=token, is_mailed=is_mailed
    )


def accept_invitation(*, token: str, password: str, region: str) -> AccountInfo:
    """Set the password of the account that a token names, as the editors' database role. The token counts once.

    Effects: ends all sessions of the account.
    Raises: NotFound for a token that opens nothing at this region; InvalidInput (field `password`).
    """
    with transaction.atomic():
        found = open_invitations(region).select_for_update(of=("self",)).filter(token_hash=hash_token(token))
        invitation = found.first() if len(token) <= MAX_LENGTH else None
        if invitation is None:
            raise no_invitation()
        account = EditorAccount.objects.select_for_update().get(id=invitation.account_id)
        require_good_password(password, owner=account)
        account.set_password(password)
        account.session_epoch += 1
        account.save(update_fields=["password", "session_epoch"])
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        info = account_info(with_scopes().get(id=account.id))
        record(actor=info.as_actor(), action="editor.invitation_accepted", subject=info.subject)
    return info
