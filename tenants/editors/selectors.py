"""Read accounts of the shared catalogue's editors. Only the editors', operators' and migrations' database roles can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.editors.models import EditorAccount, EditorInvitation, EditorScope, Role
from tenants.editors.policies import can_manage_editors
from tenants.editors.scopes import Scope, list_region_scopes
from tenants.errors import NotFound
from tenants.registry.models import Region
from tenants.staff.tokens import MAX_LENGTH, hash_token


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be accepted."""

    email: str
    name: str
    expires_at: datetime


def account_info(account: EditorAccount) -> AccountInfo:
    """Return the value that leaves this app for a row of it; a row of `with_scopes` needs no further query."""
    codes = getattr(account, "scope_codes", None)
    if codes is None:
        codes = [f"{scope.layer}:{scope.area}" for scope in account.scopes.all()]
    return AccountInfo(
        kind="editor",
        id=account.id,
        email=account.email,
        name=account.name,
        is_active=account.is_active,
        session_epoch=account.session_epoch,
        created_at=account.created_at,
        last_login=account.last_login,
        language=account.language,
        wants_reminders=account.wants_reminders,
        roles=frozenset(account.roles),
        region=account.region.slug,
        scopes=frozenset(_scope(code) for code in codes),
        has_app=account.has_app,
        has_passkey=account.has_passkey,
    )


def with_scopes() -> QuerySet[EditorAccount]:
    """Return accounts with region and scopes, all in one query."""
    scopes = EditorScope.objects.filter(account_id=OuterRef("id"))
    codes = scopes.values(code=Concat("layer", Value(":"), "area"))
    return EditorAccount.objects.select_related("region").annotate(scope_codes=ArraySubquery(codes))


def get_session_account(account_id: UUID, *, region: str) -> AccountInfo | None:
    """Return the account that a session at a region's umbrella names, or None: the one query of a signed-in page."""
    account = with_scopes().filter(id=account_id, region__slug=region).first()
    return account_info(account) if account else None


def list_editors(*, actor: Actor, region: str = "") -> list[AccountInfo]:
    """Return the editors of the regions that the actor manages, of one region if named; active ones first, by name."""
    rows = with_scopes().select_related("region").order_by("region__slug", "-is_active", "name", "email")
    if region:
        rows = rows.filter(region__slug=region)
    return [account_info(row) for row in rows if can_manage_editors(actor, operator_id=row.region.operator_id)]


def list_reminded(*, region: str) -> list[AccountInfo]:
    """Return a region's editors who can sign in and want to be reminded. For reminders: no policy asks. One query."""
    rows = with_scopes().filter(region__slug=region, is_active=True, wants_reminders=True).order_by("id")
    return [account_info(row) for row in rows]


def get_editor(*, actor: Actor, account_id: UUID) -> AccountInfo:
    """Return one editor.

    Raises: NotFound, for one of another provider's region, too.
    """
    row = with_scopes().filter(id=account_id).first()
    if row is None or not can_manage_editors(actor, operator_id=row.region.operator_id):
        raise NotFound(_("Diesen Zugang gibt es nicht."))
    return account_info(row)


def get_editor_id(email: str) -> UUID | None:
    """Return the key of the account with this e-mail address, or None."""
    found: UUID | None = EditorAccount.objects.filter(email=normal_email(email)).values_list("id", flat=True).first()
    return found


def list_grantable_scopes(*, region: str) -> list[Scope]:
    """Return the layers that an operator may give to editors of a region, from the top."""
    row = Region.objects.filter(slug=region).first()
    return list_region_scopes(region_slug=row.slug, area_prefixes=row.area_prefixes) if row else []


def list_roles() -> list[tuple[str, str]]:
    """Return the roles there are, with their names for people."""
    return [(role.value, str(role.label)) for role in Role]


def get_open_invitation(token: str, *, region: str) -> OpenInvitation:
    """Return the invitation that a token opens at a region's umbrella.

    Raises: NotFound when it is unknown, expired, used or of another region: all look the same.
    """
    row = open_invitations(region).filter(token_hash=hash_token(token)).first() if len(token) <= MAX_LENGTH else None
    if row is None:
        raise no_invitation()
    return OpenInvitation(row.account.email, row.account.name, row.expires_at)


def open_invitations(region: str) -> QuerySet[EditorInvitation]:
    """Return the invitations of a region that nobody has accepted yet, with their accounts."""
    rows = EditorInvitation.objects.select_related("account__region")
    return rows.filter(
        accepted_at__isnull=True,
        expires_at__gt=timezone.now(),
        account__is_active=True,
        account__region__slug=region,
    )


def no_invitation() -> NotFound:
    """Return the one answer to every token that opens nothing."""
    return NotFound(
        _("Dieser Link gilt nicht oder nicht mehr. Bitten Sie Ihren IT-Dienstleister um einen neuen."),
        code="invitation_not_found",
    )


def _scope(code: str) -> Scope:
    layer, _colon, area = code.partition(":")
    return layer, area
