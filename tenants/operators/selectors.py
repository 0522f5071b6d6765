"""Read accounts of the IT providers' people. Only the operators' and the migrations' database roles can."""

from __future__ import annotations

from uuid import UUID

from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.operators.models import OperatorAccount
from tenants.operators.policies import can_enter_console
from tenants.policies import can_manage_tenant, can_onboard
from tenants.registry.sites import RegionInfo, TenantInfo, directory


def account_info(account: OperatorAccount) -> AccountInfo:
    """Return the value that leaves this app for a row of it."""
    return AccountInfo(
        kind="operator",
        id=account.id,
        email=account.email,
        name=account.name,
        is_active=account.is_active,
        session_epoch=account.session_epoch,
        created_at=account.created_at,
        last_login=account.last_login,
        language=account.language,
        operator_id=account.operator_id,
        has_app=account.has_app,
        has_passkey=account.has_passkey,
    )


def get_account_id(email: str) -> UUID | None:
    """Return the key of the account with this e-mail address, or None. For commands: no policy asks."""
    found: UUID | None = OperatorAccount.objects.filter(email=normal_email(email)).values_list("id", flat=True).first()
    return found


def get_session_account(account_id: UUID) -> AccountInfo | None:
    """Return the account that a session names, or None: the one query of a signed-in page."""
    account = OperatorAccount.objects.filter(id=account_id).first()
    return account_info(account) if account else None


def list_colleagues(*, actor: Actor) -> list[AccountInfo]:
    """Return the accounts of the actor's own provider, by name; nothing for anyone else."""
    if actor.operator_id is None or not can_enter_console(actor):
        return []
    rows = OperatorAccount.objects.filter(operator_id=actor.operator_id).order_by("-is_active", "name", "email")
    return [account_info(row) for row in rows]


def list_manageable_tenants(*, actor: Actor) -> list[TenantInfo]:
    """Return the tenants that the actor may manage, in German alphabetical order. No query: the directory knows."""
    tenants = directory.snapshot().tenants.values()
    return [one for one in tenants if can_manage_tenant(actor, operator_id=one.operator.id)]


def list_onboarding_regions(*, actor: Actor) -> list[RegionInfo]:
    """Return the regions to which the actor may add a tenant, by name. No query: the directory knows."""
    regions = sorted(directory.snapshot().regions.values(), key=lambda region: region.name)
    return [one for one in regions if can_onboard(actor, operator_id=one.operator.id)]
