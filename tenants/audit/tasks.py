"""Background work on the chains of the audit trail."""

from __future__ import annotations

from typing import Final

import structlog
from celery import shared_task

from tenants.audit import services

log = structlog.get_logger(__name__)
_HOUR: Final = 3600


@shared_task(name="tenants.audit.tasks.seal", time_limit=_HOUR)  # type: ignore[untyped-decorator]  # Celery ships no types
def seal() -> int:
    """Seal what has been committed since the last run and return how many entries."""
    done = services.seal_waiting()
    if done:
        log.info("audit.sealed", entries=done)
    return done


@shared_task(name="tenants.audit.tasks.anchor", time_limit=_HOUR)  # type: ignore[untyped-decorator]  # Celery ships no types
def anchor() -> int:
    """Seal what any run has missed, and write the day's anchors; return how many. Later runs of a day find nothing."""
    services.seal_waiting(is_thorough=True)
    return services.anchor_chains()


@shared_task(name="tenants.audit.tasks.check", time_limit=6 * _HOUR)  # type: ignore[untyped-decorator]  # Celery ships no types
def check() -> int:
    """Walk along all chains and return how many are broken. Each is logged as an error: somebody has to look."""
    broken = services.check_chains()
    for verdict in broken:
        fault = verdict.fault
        if fault is not None:
            log.error(
                "audit.broken",
                chain=str(verdict.chain.id),
                role=verdict.chain.owner_role,
                kind=fault.kind,
                number=fault.number,
                entry=str(fault.entry_id or ""),
            )
    return len(broken)
