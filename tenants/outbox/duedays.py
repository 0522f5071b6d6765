"""Days on which something in a tenant falls due, told by the tenant: a daily task need not ask a thousand schemas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from tenants.context import as_projector, current_tenant
from tenants.outbox.models import DueDay


def note_due_days(*, kind: str, days: Collection[dt.date]) -> None:
    """Say on which days the current tenant has work of a kind, in the running transaction. Idempotent."""
    tenant = current_tenant()
    rows = [DueDay(owner_role=tenant.role, tenant_id=tenant.id, kind=kind, day=day) for day in days]
    DueDay.objects.bulk_create(rows, ignore_conflicts=True)


def list_due_tenants(*, kind: str, since: dt.date, until: dt.date) -> set[UUID]:
    """Return the tenants with a day of this kind in a span, both ends included: one query, however many there are."""
    with as_projector():
        return set(DueDay.objects.filter(kind=kind, day__range=(since, until)).values_list("tenant_id", flat=True))


def forget_due_days(*, kind: str, before: dt.date, tenant_id: UUID | None = None) -> None:
    """Delete the days that are over, or whose work is done in one tenant."""
    with as_projector():
        days = DueDay.objects.filter(kind=kind, day__lt=before)
        (days if tenant_id is None else days.filter(tenant_id=tenant_id)).delete()
