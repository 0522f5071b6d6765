"""Entries of the audit trail in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tenants.audit.selectors import list_recent
from tenants.audit.wording import describe

# Only what concerns the running of a portal: what a town's staff do is their town's business.
OPERATIONS: Final = "tenant."


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One action as people read it."""

    at: datetime
    who: str
    what: str
    tenant_id: UUID | None


def list_trail(tenant_ids: Collection[UUID], *, limit: int) -> list[TrailEntry]:
    """Return the newest actions of operators and commands on these tenants."""
    return [in_words(entry) for entry in list_recent(tenant_ids=tenant_ids, prefix=OPERATIONS, limit=limit)]


def in_words(entry: Any) -> TrailEntry:
    """Return an entry as people read it."""
    return TrailEntry(
        at=entry.at,
        who=entry.actor_name or entry.actor_kind,
        what=describe(entry.action, entry.data),
        tenant_id=entry.tenant_id,
    )
