"""What happened to an account: kept for its owner, who sees it on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from shared_services.accounts.models import AccountEvent
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.keystore.sealing import DataKey, get_data_key

# Looks at somebody's data stand among the events and are told by `looks`.
LOOKED_AT: Final = "data.looked_at"
_PURPOSE: Final = "accounts.event"


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry. `actor_kind` "citizen" is the owner; with a `tenant_id` it was somebody at that town."""

    at: datetime
    action: str
    actor_kind: str
    tenant_id: UUID | None
    details: Mapping[str, Any]


def note_event(
    key: DataKey, *, actor: Actor, action: str, details: Mapping[str, Any] | None = None, tenant_id: UUID | None = None
) -> None:
    """Add an entry to the account of the key's owner, in the running transaction, inside `as_accounts`."""
    AccountEvent.objects.create(
        account_id=key.owner,
        action=action,
        actor_kind=actor.kind,
        tenant_id=tenant_id,
        sealed=key.seal(dict(details), purpose=_PURPOSE) if details else None,
    )


def count_event(key: DataKey, *, actor: Actor, action: str) -> None:
    """Count one more of what may happen often: one entry a day says how many times. Like `note_event`.

    The account's row is locked by the caller. Entries are never rewritten: a new one takes the place of the day's.
    """
    today = AccountEvent.objects.filter(account_id=key.owner, action=action, at__date=timezone.localdate())
    before = [key.unseal(row.sealed, purpose=_PURPOSE) for row in today if row.sealed]
    today.delete()
    note_event(key, actor=actor, action=action, details={"times": 1 + sum(one["times"] for one in before)})


def list_events(account_id: UUID, *, limit: int = 100, before: UUID | None = None) -> list[Happened]:
    """Return the newest entries of an account, or those older than one. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = AccountEvent.objects.filter(account_id=account_id).exclude(action=LOOKED_AT).order_by("-id")
        found = list(rows.filter(id__lt=before)[:limit] if before else rows[:limit])
    return [
        Happened(
            at=row.at,
            action=row.action,
            actor_kind=row.actor_kind,
            tenant_id=row.tenant_id,
            details=dict(key.unseal(row.sealed, purpose=_PURPOSE)) if row.sealed else {},
        )
        for row in found
    ]
