"""Read where a rollout stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count, Max, Min, QuerySet
from django.utils import timezone

from tenants.context import as_migration, as_operator
from tenants.registry.models import Tenant
from tenants.rollout.models import ACTIVE_STATES, Rollout, RolloutState, TenantRollout, TenantState

# The lock on a row is written into the row: `xmax` is the transaction that has it, and a transaction that runs holds
# the lock on its own number. Work outside of a transaction holds the tenant itself (`claims.try_hold`).
_WORKING: Final = """
WITH held AS (SELECT * FROM pg_locks WHERE granted)
SELECT t.* FROM rollout_tenantrollout t
WHERE t.rollout_id = %s AND t.state = 'waiting' AND (
    t.xmax IN (SELECT transactionid FROM held WHERE locktype = 'transactionid')
    OR hashtextextended(t.tenant_id::text, 0) IN (
        SELECT (classid::bigint << 32) | objid::bigint FROM held
        WHERE locktype = 'advisory' AND objsubid = 1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
)
ORDER BY t.wave, t.place
"""


@dataclass(frozen=True)
class TenantStatus:
    """A tenant of a rollout that somebody should look at, or that is being worked on."""

    slug: str
    wave: int
    state: str
    step: int
    attempts: int
    error: str
    not_before: datetime
    batches: int


@dataclass(frozen=True)
class WaveStatus:
    """How far a wave is. Waves are counted from 1 for people."""

    number: int
    tenants: int
    done: int
    waiting: int
    quarantined: int
    skipped: int


@dataclass(frozen=True)
class RolloutStatus:
    """Where a rollout stands."""

    id: UUID
    target: str
    state: str
    reason: Mapping[str, object]
    started_by: str
    created_at: datetime
    finished_at: datetime | None
    waves: list[WaveStatus]
    retrying: list[TenantStatus]
    quarantined: list[TenantStatus]
    seconds_per_tenant: float

    @property
    def tenants(self) -> int:
        """How many tenants it is to change."""
        return sum(wave.tenants for wave in self.waves)

    @property
    def done(self) -> int:
        """How many are at the target."""
        return sum(wave.done for wave in self.waves)

    @property
    def ended(self) -> int:
        """How many need nothing more: done, in quarantine, or left out."""
        return sum(wave.done + wave.quarantined + wave.skipped for wave in self.waves)

    @property
    def label(self) -> str:
        """The state's name for people."""
        return str(RolloutState(self.state).label)

    @property
    def is_running(self) -> bool:
        """Whether workers may take tenants on."""
        return self.state == RolloutState.RUNNING

    @property
    def is_success(self) -> bool:
        """Whether every tenant is where it should be."""
        return self.state == RolloutState.FINISHED and not self.quarantined

    @property
    def is_active(self) -> bool:
        """Whether it can still go on."""
        return self.state in ACTIVE_STATES


def get_active_rollout() -> UUID | None:
    """Return the rollout that runs or is paused, if there is one."""
    with as_migration():
        return Rollout.objects.filter(state__in=ACTIVE_STATES).values_list("id", flat=True).first()


def is_running(rollout_id: UUID) -> bool:
    """Whether workers may take tenants on."""
    with as_migration():
        return Rollout.objects.filter(id=rollout_id, state=RolloutState.RUNNING).exists()


def is_in_background(rollout_id: UUID) -> bool:
    """Whether the deployment's own workers carry it out."""
    with as_migration():
        return Rollout.objects.filter(id=rollout_id, options__in_background=True).exists()


def get_background_rollout() -> UUID | None:
    """Return the running rollout that the deployment's own workers carry out, if there is one."""
    with as_migration():
        running = Rollout.objects.filter(state=RolloutState.RUNNING, options__in_background=True)
        return running.values_list("id", flat=True).first()


def get_status(rollout_id: UUID | None = None, *, operator_id: UUID | None = None) -> RolloutStatus | None:
    """Return where a rollout stands, the newest one's by default; None when there has never been one.

    `operator_id` leaves out the tenants of other IT providers, what is said of them, and who steers the rollout.
    """
    with as_operator(), transaction.atomic():
        rollouts = Rollout.objects.defer("plan").order_by("-id")
        rollout = (rollouts.filter(id=rollout_id) if rollout_id else rollouts).first()
        if rollout is None:
            return None
        rows = TenantRollout.objects.filter(rollout=rollout)
        if operator_id is not None:
            rows = rows.filter(tenant_id__in=Tenant.objects.filter(operator_id=operator_id).values("id"))
        times = rows.filter(state=TenantState.DONE).aggregate(mean=Avg("seconds"))
        waiting = rows.filter(state=TenantState.WAITING)
        retrying = waiting.filter(attempts__gt=0, not_before__gt=timezone.now())
        return RolloutStatus(
            id=rollout.id,
            target=rollout.target_version,
            state=rollout.state,
            reason=rollout.reason if operator_id is None else _own_reason(rollout, rows),
            started_by=rollout.started_by if operator_id is None else "",
            created_at=rollout.created_at,
            finished_at=rollout.finished_at,
            waves=_waves(rows),
            retrying=[_tenant(one) for one in retrying.order_by("not_before")],
            quarantined=[_tenant(one) for one in rows.filter(state=TenantState.QUARANTINED).order_by("slug")],
            seconds_per_tenant=float(times["mean"] or 0.0),
        )


def list_working(rollout_id: UUID) -> list[TenantStatus]:
    """Return the tenants that a worker holds at this moment. Locks nothing itself, so it holds no worker up."""
    with as_migration():
        return [_tenant(one) for one in TenantRollout.objects.raw(_WORKING, [rollout_id])]


def seconds_left(status: RolloutStatus) -> float | None:
    """Estimate how long the rest takes at the pace so far; None before the first tenant is done."""
    with as_migration():
        pace = TenantRollout.objects.filter(rollout=status.id, state=TenantState.DONE).aggregate(
            begun=Min("finished_at"), last=Max("finished_at"), done=Count("id")
        )
    if not pace["done"] or pace["done"] < 2:
        return None
    per_tenant = (pace["last"] - pace["begun"]).total_seconds() / (pace["done"] - 1)
    return float(per_tenant * (status.tenants - status.ended))


def _own_reason(rollout: Rollout, rows: QuerySet[TenantRollout]) -> dict[str, object]:
    """Return why it is paused as far as these tenants are concerned; "elsewhere" when the cause lies with others."""
    own = set(rows.values_list("slug", flat=True))
    reason = {key: value for key, value in rollout.reason.items() if key != "by"}
    if reason.get("code") == "drift":
        reason["facts"] = [fact for fact in reason.get("facts", []) if fact.partition(":")[0] in own]
        return reason if reason["facts"] else {"code": "elsewhere"}
    if reason.get("code") == "failures":
        reason["count"] = rows.filter(state=TenantState.QUARANTINED).count()
        return reason if reason["count"] else {"code": "elsewhere"}
    if reason.get("code") == "trial_failed":
        reason["names"] = [slug for slug in reason.get("names", []) if slug in own]
        return reason if reason["names"] else {"code": "elsewhere"}
    return {"code": "elsewhere"} if reason.get("code") in {"asked", "still_running"} else reason


def _waves(rows: QuerySet[TenantRollout]) -> list[WaveStatus]:
    counts: dict[int, dict[str, int]] = {}
    for row in rows.values("wave", "state").annotate(number=Count("id")):
        counts.setdefault(row["wave"], {})[row["state"]] = row["number"]
    return [
        WaveStatus(
            number=wave + 1,
            tenants=sum(states.values()),
            done=states.get(TenantState.DONE, 0),
            waiting=states.get(TenantState.WAITING, 0),
            quarantined=states.get(TenantState.QUARANTINED, 0),
            skipped=states.get(TenantState.SKIPPED, 0),
        )
        for wave, states in sorted(counts.items())
    ]


def _tenant(row: TenantRollout) -> TenantStatus:
    return TenantStatus(
        slug=row.slug,
        wave=row.wave + 1,
        state=row.state,
        step=row.step,
        attempts=row.attempts,
        error=row.error,
        not_before=row.not_before,
        batches=int(row.progress.get("batches", 0)),
    )
