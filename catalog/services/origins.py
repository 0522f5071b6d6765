"""What a service is called by machines and other editorial offices, for its editors."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from catalog.services.models import Service


@dataclass(frozen=True, slots=True)
class Origin:
    """The stable id, the name that the office where it began has for it, and the code of its short address.

    Source: XZuFi, `id` with its `schemeAgencyID`. Both are empty for a service that began here.
    """

    id: UUID
    agency_id: str
    origin_id: str
    short_code: str


def get_origin(service_id: UUID) -> Origin:
    """Return it, in one query, as a role that may edit."""
    row = Service.objects.only("id", "scheme_agency_id", "origin_id", "short_code").get(id=service_id)
    return Origin(row.id, row.scheme_agency_id, row.origin_id, row.short_code or "")
