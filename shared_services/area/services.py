"""What towns say of a person's things, in the transaction in which it became true."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared_services.accounts.book import list_unknown_accounts
from shared_services.area.handlers import REFERRED, WITHDRAWN
from shared_services.area.models import AreaReference
from tenants.context import as_accounts
from tenants.outbox.services import publish

_BATCH: Final = 1000


def refer(*, account_id: UUID, kind: str, thing_id: UUID, changed_at: datetime, needs_attention: bool = False) -> None:
    """Tell that this town has something of a person. Told again it replaces what was told before.

    Effects: the person's area shows it as soon as the projector has run. Raises: NoTenantError outside a tenant.
    """
    publish(
        kind=REFERRED,
        data={
            "account": str(account_id),
            "kind": kind,
            "thing": str(thing_id),
            "changed_at": changed_at.isoformat(),
            "needs_attention": needs_attention,
        },
    )


def withdraw(*, account_id: UUID, kind: str, thing_id: UUID) -> None:
    """Tell that the thing is gone. Raises: NoTenantError outside a tenant."""
    publish(kind=WITHDRAWN, data={"account": str(account_id), "kind": kind, "thing": str(thing_id)})


def export_references(account_id: UUID) -> list[dict[str, Any]]:
    """Return which towns have something of a person, as plain values. Runs inside `as_accounts`."""
    return [
        {"town": str(row.tenant_id), "kind": row.kind, "changed_at": row.changed_at.isoformat()}
        for row in AreaReference.objects.filter(account_id=account_id).order_by("id")
    ]


def forget_account(account_id: UUID) -> None:
    """Forget all references of a person whose account goes. Runs inside `as_accounts`."""
    AreaReference.objects.filter(account_id=account_id).delete()


def join_references(_kept: UUID, left: UUID) -> None:
    """Forget what leads to an account that becomes part of another: its towns tell of it anew when they move it."""
    forget_account(left)


def forget_orphans() -> int:
    """Forget references whose account is gone: an event may be projected later than the account was deleted."""
    forgotten, after = 0, UUID(int=0)
    with as_accounts():
        while True:
            rows = AreaReference.objects.filter(account_id__gt=after).order_by("account_id")
            found = list(rows.values_list("account_id", flat=True).distinct()[:_BATCH])
            if not found:
                return forgotten
            gone = list_unknown_accounts(found)
            forgotten += AreaReference.objects.filter(account_id__in=gone).delete()[0]
            after = found[-1]
