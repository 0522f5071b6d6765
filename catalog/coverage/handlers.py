"""Project the figures that towns tell. The same result when run twice."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Protocol
from uuid import UUID

from catalog.coverage.figures import figures_from
from catalog.coverage.models import TownCoverage

# {"day", "counted_at", "tenant_generation", "catalogue_generation", "figures": {...}}
COUNTED: Final = "catalog.coverage"


class Event(Protocol):
    """What a handler needs of an outbox event."""

    id: UUID
    tenant_id: UUID
    owner_role: str
    data: Any


def project_coverage(event: Event) -> None:
    """Replace a town's row of the day by the event, which holds all of it; a late older one changes nothing."""
    data, day = event.data, dt.date.fromisoformat(event.data["day"])
    values = {
        "owner_role": event.owner_role,
        "tenant_generation": data["tenant_generation"],
        "catalogue_generation": data["catalogue_generation"],
        "counted_at": dt.datetime.fromisoformat(data["counted_at"]),
        "event_id": event.id,
        **figures_from(data["figures"]).as_dict(),
    }
    row, is_new = TownCoverage.objects.select_for_update().get_or_create(
        tenant_id=event.tenant_id, day=day, defaults=values
    )
    if is_new or row.event_id > event.id:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
