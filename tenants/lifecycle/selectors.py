"""Read how far departures are, as plain records for commands and the console."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.lifecycle import proof
from tenants.lifecycle.models import Offboarding
from tenants.registry.models import Tenant

Record = dict[str, object]


def list_offboardings(*, operator_id: UUID | None = None) -> list[Record]:
    """Return all departures, the newest first; of one IT provider if named."""
    with as_operator():
        rows = Offboarding.objects.order_by("-begun_at")
        if operator_id is not None:
            rows = rows.filter(operator_id=operator_id)
        return [offboarding_record(row) for row in rows]


def get_offboarding(offboarding_id: UUID, *, operator_id: UUID) -> Record:
    """Return one departure of an IT provider.

    Raises: NotFound, also for another provider's.
    """
    with as_operator():
        row = Offboarding.objects.filter(id=offboarding_id, operator_id=operator_id).first()
    if row is None:
        raise NotFound(_("Diesen Abgang gibt es nicht."))
    return offboarding_record(row)


def find_open_offboarding(slug: str) -> Record | None:
    """Return the departure that is under way for a tenant, or None."""
    with as_operator():
        row = Offboarding.objects.filter(slug=slug, state__in=["begun", "waiting", "removing"]).first()
    return offboarding_record(row) if row else None


def list_towns_without_district_after(slug: str) -> list[str]:
    """Return the names of the towns that lose their district when this tenant goes."""
    with as_operator():
        towns = Tenant.objects.filter(district__slug=slug).order_by("sort_key")
        return list(towns.values_list("name", flat=True))


def offboarding_record(row: Offboarding) -> Record:
    """Return a departure as a plain record; `proof_text` is the written proof once there is one."""
    return {
        "id": str(row.id),
        "slug": row.slug,
        "name": row.name,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "archive": row.archive_path,
        "archive_sha256": row.archive_sha256,
        "counts": dict(row.counts),
        "wait_days": row.wait_days,
        "begun_at": row.begun_at,
        "begun_by": row.begun_by,
        "due_at": row.due_at,
        "removed_at": row.removed_at,
        "removed_by": row.removed_by or None,
        "finished_at": row.finished_at,
        "proof": row.proof or None,
        "proof_text": proof.as_text(row.proof) if row.proof else None,
    }
