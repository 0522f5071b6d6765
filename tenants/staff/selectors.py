"""Read a municipality's people and invitations, inside its context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts import Absence, AccountInfo, normal_email
from tenants.actors import Actor
from tenants.context import current_tenant
from tenants.errors import NotFound
from tenants.staff.models import Invitation, Role, StaffAccount, SupportAccess
from tenants.staff.policies import can_manage_staff, require
from tenants.staff.tokens import MAX_LENGTH, hash_token


@dataclass(frozen=True, slots=True)
class InvitationInfo:
    """An invitation that can still be accepted. `email` is empty when the invited person names it."""

    id: UUID
    email: str
    roles: frozenset[str]
    invited_by: str
    expires_at: datetime


def account_info(account: StaffAccount) -> AccountInfo:
    """Return the value that leaves this app for a row of it."""
    return AccountInfo(
        kind="staff",
        id=account.id,
        email=account.email,
        name=account.name,
        is_active=account.is_active,
        session_epoch=account.session_epoch,
        created_at=account.created_at,
        last_login=account.last_login,
        language=account.language,
        wants_reminders=account.wants_reminders,
        tenant_id=current_tenant().id,
        roles=frozenset(account.roles),
        has_app=account.has_app,
        has_passkey=account.has_passkey,
        offices=frozenset(account.offices or []),
        absence=_absence(account),
        support=getattr(account, "support_id", None),
    )


def _absence(account: StaffAccount) -> Absence | None:
    if account.absent_from is None or account.absent_until is None:
        return None
    return Absence(account.absent_from, account.absent_until, account.deputy)


def get_account_id(email: str) -> UUID | None:
    """Return the key of the account with this e-mail address, or None. For commands: no policy asks."""
    found: UUID | None = StaffAccount.objects.filter(email=normal_email(email)).values_list("id", flat=True).first()
    return found


def get_session_account(account_id: UUID) -> AccountInfo | None:
    """Return the account that a session names, or None: the one query of a signed-in page.

    It says besides whether the IT provider is in the portal now.
    """
    visits = SupportAccess.objects.filter(ends_at__gt=Now(), ended_at=None).values("id")[:1]
    account = StaffAccount.objects.filter(id=account_id).annotate(support_id=Subquery(visits)).first()
    return account_info(account) if account else None


def list_reminded() -> list[AccountInfo]:
    """Return the people who can sign in and want to be reminded of what waits. For reminders: no policy asks."""
    rows = StaffAccount.objects.filter(is_active=True, wants_reminders=True).order_by("id")
    return [account_info(row) for row in rows]


def get_member(*, actor: Actor, account_id: UUID) -> AccountInfo:
    """Return a colleague's account.

    Raises: NotAllowed without the right to manage staff; NotFound.
    """
    require(can_manage_staff, actor)
    account = StaffAccount.objects.filter(id=account_id).first()
    if account is None:
        raise NotFound(_("Diese Person gibt es hier nicht."))
    return account_info(account)


def list_members(*, actor: Actor) -> list[AccountInfo]:
    """Return all people of this municipality, active ones first, by name.

    Raises: NotAllowed without the right to manage staff.
    """
    require(can_manage_staff, actor)
    return [account_info(account) for account in StaffAccount.objects.order_by("-is_active", "name", "email")]


def list_open_invitations(*, actor: Actor) -> list[InvitationInfo]:
    """Return the invitations that nobody has accepted yet, newest first.

    Raises: NotAllowed without the right to manage staff.
    """
    require(can_manage_staff, actor)
    return [_invitation_info(row) for row in _open_invitations().order_by("-created_at")]


def get_open_invitation(token: str) -> InvitationInfo:
    """Return the invitation that a token opens.

    Raises: NotFound when it is unknown, expired or used: all look the same.
    """
    row = _open_invitations().filter(token_hash=hash_token(token)).first() if len(token) <= MAX_LENGTH else None
    if row is None:
        raise no_invitation()
    return _invitation_info(row)


def no_invitation() -> NotFound:
    """Return the one answer to every token that opens nothing."""
    return NotFound(
        _("Dieser Link gilt nicht oder nicht mehr. Bitten Sie die Person, die Sie eingeladen hat, um einen neuen."),
        code="invitation_not_found",
    )


def list_roles() -> list[tuple[str, str]]:
    """Return the roles there are, with their names for people."""
    return [(role.value, str(role.label)) for role in Role]


def _open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())


def _invitation_info(row: Invitation) -> InvitationInfo:
    return InvitationInfo(
        id=row.id,
        email=row.email,
        roles=frozenset(row.roles),
        invited_by=row.invited_by,
        expires_at=row.expires_at,
    )
