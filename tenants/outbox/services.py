"""Write to the outbox; hand it on to projections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tenants.context import as_projector, current_tenant
from tenants.outbox.models import OutboxEvent

Handler = Callable[[OutboxEvent], None]
# The first half of the advisory locks of projectors; the second is the tenant's.
_LOCK: Final = 0x0B0C
_handlers: dict[str, Handler] = {}
_wake: list[Callable[[], object]] = []


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the projection of one kind of event; it must give the same result when run twice.

    Raises: ValueError when the kind has a handler already.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            message = f"two handlers for outbox events of kind {kind!r}"
            raise ValueError(message)
        _handlers[kind] = handler
        return handler

    return register


def on_publish(wake: Callable[[], object]) -> None:
    """Register what wakes the projector once a transaction with events has committed."""
    _wake.append(wake)


def publish(*, kind: str, data: Mapping[str, object]) -> None:
    """Write an event of the current tenant into the running transaction.

    Effects: wakes the projector after commit. Raises: NoTenantError outside a tenant.
    """
    publish_many(kind=kind, data=[data])


def publish_many(*, kind: str, data: Iterable[Mapping[str, object]]) -> None:
    """Write events of the current tenant, in this order and in one statement for a thousand.

    Effects: wakes the projector after commit. Raises: NoTenantError outside a tenant.
    """
    tenant = current_tenant()
    rows = [OutboxEvent(owner_role=tenant.role, tenant_id=tenant.id, kind=kind, data=dict(one)) for one in data]
    OutboxEvent.objects.bulk_create(rows, batch_size=1000)
    waiting = {entry[1] for entry in connection.run_on_commit}
    for wake in _wake:
        if wake not in waiting:
            transaction.on_commit(wake, robust=True)


def project_waiting(*, limit: int = 500) -> int:
    """Hand waiting events to their projections in order and return how many were done.

    Each event is one transaction: locked, projected, marked. One tenant's events come one after the other, however many
    projectors run: while one is at a tenant the others leave it alone. A failing event keeps its error, waits for the
    next run, and holds up no other tenant's.
    """
    done = 0
    passed: set[UUID] = set()
    with as_projector():
        while done < limit:
            outcome = _project_next(passed)
            if outcome is None:
                break
            done += outcome
    return done


def _project_next(passed: set[UUID]) -> int | None:
    """Project the next event and return 1; 0 if its tenant is passed over in this run; None when nothing waits."""
    with transaction.atomic():
        waiting = OutboxEvent.objects.filter(done_at__isnull=True).exclude(tenant_id__in=passed).order_by("id")
        tenant_id = waiting.values_list("tenant_id", flat=True).first()
        if tenant_id is None:
            return None
        event = waiting.filter(tenant_id=tenant_id).select_for_update().first() if _claim(tenant_id) else None
        if event is None:
            # Somebody else is at it, and goes on until nothing of this tenant waits.
            passed.add(tenant_id)
            return 0
        try:
            with transaction.atomic():
                _handlers[event.kind](event)
        except Exception as problem:  # noqa: BLE001 -- kept with the event; the tenant's later events wait behind it
            passed.add(tenant_id)
            event.error = f"{type(problem).__name__}: {problem}"[:2000]
        else:
            event.done_at, event.error = timezone.now(), ""
        event.save(update_fields=["done_at", "error"])
        return int(event.done_at is not None)


def _claim(tenant_id: UUID) -> bool:
    """Be the only projector at this tenant until the transaction ends, or see that somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, str(tenant_id)])
        return bool(cursor.fetchone()[0])
