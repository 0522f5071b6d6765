"""References as the towns' outbox tells them. Every handler gives the same result when run twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from shared_services.area.models import AreaReference

REFERRED: Final = "area.referred"
WITHDRAWN: Final = "area.withdrawn"


class Event(Protocol):
    """What a handler needs of an outbox event."""

    tenant_id: UUID
    data: Any


def project_referred(event: Event) -> None:
    """Note a thing, or what has changed of it."""
    AreaReference.objects.update_or_create(
        **_place(event),
        defaults={
            "changed_at": datetime.fromisoformat(event.data["changed_at"]),
            "needs_attention": bool(event.data["needs_attention"]),
        },
    )


def project_withdrawn(event: Event) -> None:
    """Forget a thing."""
    AreaReference.objects.filter(**_place(event)).delete()


def _place(event: Event) -> dict[str, Any]:
    return {
        "account_id": UUID(event.data["account"]),
        "tenant_id": event.tenant_id,
        "kind": event.data["kind"],
        "thing_id": UUID(event.data["thing"]),
    }
