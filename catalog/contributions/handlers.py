"""Take in what towns offer through their outbox. Every handler gives the same result when run twice.

The row in the inbox decides between a town that withdraws and an editor who publishes at the same moment: whoever has
locked it first. A withdrawal that comes after the decision changes nothing here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Protocol
from uuid import UUID

from django.utils import timezone

from catalog.contributions.models import WAITING, InboxEntry, InboxState

OFFERED: Final = "catalog.contribution.offered"
WITHDRAWN: Final = "catalog.contribution.withdrawn"
SETTLED: Final = "catalog.contribution.settled"
_GIVEN: Final = ("kind", "field", "language", "title", "target_layer", "target_area", "payload", "note")


class Event(Protocol):
    """What a handler needs of an outbox event."""

    id: UUID
    tenant_id: UUID
    owner_role: str
    data: Any


def take_in(event: Event) -> None:
    """Put an offer into the inbox; one that is there already stays as the editors have it."""
    data = event.data
    InboxEntry.objects.get_or_create(
        id=UUID(data["id"]),
        defaults={
            **{name: data[name] for name in _GIVEN},
            "owner_role": event.owner_role,
            "tenant_id": event.tenant_id,
            "service_id": UUID(data["service_id"]),
            "offered_at": dt.datetime.fromisoformat(data["offered_at"]),
        },
    )


def take_back(event: Event) -> None:
    """Close an offer that its town has withdrawn, unless the editors have decided meanwhile."""
    entry = _own(event)
    if entry is not None and entry.state in WAITING:
        entry.state, entry.decided_at, entry.settled_at = InboxState.WITHDRAWN, None, timezone.now()
        entry.version += 1
        entry.save(update_fields=["state", "decided_at", "settled_at", "version"])


def note_settled(event: Event) -> None:
    """Note that the town has drawn its consequences."""
    entry = _own(event)
    if entry is not None and entry.settled_at is None:
        entry.settled_at = timezone.now()
        entry.save(update_fields=["settled_at"])


def _own(event: Event) -> InboxEntry | None:
    """Return the locked row, if it is the writing town's own."""
    rows = InboxEntry.objects.select_for_update()
    return rows.filter(id=UUID(event.data["id"]), tenant_id=event.tenant_id).first()
