"""Write the audit trail, always in the transaction of the action itself; seal, anchor and check it afterwards.

Sealing lies in `sealing`, the removal of a tenant's trail in `erasing`; both are entered here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants.actors import Actor
from tenants.audit.erasing import forget_tenant
from tenants.audit.models import AuditChain, AuditCheck, AuditEntry, Origin
from tenants.audit.sealing import anchor_chains, seal_waiting
from tenants.audit.verifying import NOTHING_WAITS, Verdict, list_waiting, verify_chain
from tenants.context import as_projector, current_identity
from tenants.staff.policies import can_read_audit, require

__all__ = (
    "anchor_chains",
    "begin_imported_chain",
    "check_chains",
    "forget_tenant",
    "note_export",
    "record",
    "seal_waiting",
)

# A day less what a run may be late.
CHECK_AGAIN_AFTER: Final = dt.timedelta(hours=20)


def record(
    *,
    actor: Actor,
    action: str,
    subject: str = "",
    data: Mapping[str, object] | None = None,
    tenant_id: UUID | None = None,
) -> None:
    """Add an entry to the running transaction. `action` is dotted (`catalog.override.set`); `data` holds no secrets.

    Every action has words for people in its app's `trail_texts`. What the IT provider does inside of a tenant carries
    the access under which it happened.
    """
    identity = current_identity()
    if identity is None:
        message = "the audit trail is written inside in_tenant, as_operator or as_umbrella"
        raise RuntimeError(message)
    under = {"support_access": str(actor.support_access)} if actor.support_access else {}
    AuditEntry.objects.create(
        owner_role=identity.role,
        tenant_id=identity.tenant.id if identity.tenant else tenant_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject=subject,
        data={**(data or {}), **under},
    )


def note_export(*, actor: Actor, ending: str, filters: Mapping[str, str]) -> None:
    """Note in this tenant's trail that somebody takes a copy of it away. Raises: NotAllowed without the right to."""
    require(can_read_audit, actor)
    with transaction.atomic():
        record(actor=actor, action="audit.exported", subject="audit", data={"ending": ending, "filters": dict(filters)})


def begin_imported_chain(*, role: str, tenant_id: UUID) -> None:
    """Begin a chain whose first block came from an archive, in the running transaction; its seals are made after it."""
    AuditChain.objects.create(owner_role=role, tenant_id=tenant_id, origin=Origin.IMPORTED)


def check_chains() -> list[Verdict]:
    """Walk along the open chains that nobody has looked at today, note what was found, and return those not whole."""
    with as_projector():
        broken = []
        recent = AuditCheck.objects.filter(checked_at__gt=timezone.now() - CHECK_AGAIN_AFTER)
        looked_at = set(recent.values_list("chain_id", flat=True))
        waiting = list_waiting()
        for chain in AuditChain.objects.filter(ended_at__isnull=True).exclude(id__in=looked_at).order_by("id"):
            verdict = verify_chain(chain, waiting=waiting.get(chain.owner_role, NOTHING_WAITS))
            with transaction.atomic():
                _note(verdict)
            if verdict.fault:
                broken.append(verdict)
        return broken


def _note(verdict: Verdict) -> None:
    fault = verdict.fault
    AuditCheck.objects.create(
        chain_id=verdict.chain.id,
        owner_role=verdict.chain.owner_role,
        number=verdict.number,
        fault=fault.kind if fault else "",
        entry_id=fault.entry_id if fault else None,
    )
