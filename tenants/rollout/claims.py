"""Take a tenant on, and note how it went. A claim is a row lock: it lasts as long as the work's own transaction.

So a worker that dies takes nothing with it: its transaction is rolled back, the tenant's schema, its version, its
record and its row here with it, and the next worker finds the tenant as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from random import SystemRandom
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tenants.context import as_migration
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Subject
from tenants.provisioning.life import note_error
from tenants.registry.generations import touch_registry
from tenants.registry.models import Tenant
from tenants.rollout import failures
from tenants.rollout.models import Rollout, RolloutState, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.plan import Group, Step, plan_from_json

_random: Final = SystemRandom()
_SHOWN_DIFFERENCES: Final = 10
# In `progress`: an index step was begun; holds which of its indexes were there before.
BEGUN: Final = "begun"
# In a rollout's `reason`: whoever resumed has seen the failures so far.
ACCEPTED: Final = "accepted"
_TIMED_OUT: Final = "57014"


# These run once or more for every tenant, so they are written by hand: the ORM's part of them took longer than the
# server's. Locks are of the kind that lets others refer to the row.
_CLAIM: Final = """
SELECT t.* FROM rollout_tenantrollout t JOIN rollout_rollout r ON r.id = t.rollout_id
WHERE r.id = %s AND r.state = 'running' AND t.state = 'waiting' AND t.wave <= r.open_wave
  AND t.not_before <= clock_timestamp() AND NOT t.id = ANY(%s)
ORDER BY t.wave, t.place LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED
"""
_LOCK_TENANT: Final = "SELECT schema_version FROM registry_tenant WHERE id = %s FOR NO KEY UPDATE"
_ADVANCE: Final = """
WITH moved AS (UPDATE registry_tenant SET schema_version = %(version)s WHERE id = %(tenant)s)
UPDATE rollout_tenantrollout
SET step = %(step)s, progress = '{}', attempts = 0, error = '', seconds = seconds + %(seconds)s, state = %(state)s,
    started_at = coalesce(started_at, now()), finished_at = CASE WHEN %(is_last)s THEN clock_timestamp() END
WHERE id = %(row)s
"""


def claim(rollout_id: UUID, *, without: Collection[UUID]) -> TenantRollout | None:
    """Lock and return the next tenant that may be worked on now. Call it inside the work's transaction."""
    return next(iter(TenantRollout.objects.raw(_CLAIM, [rollout_id, list(without)])), None)


def is_running(rollout_id: UUID) -> bool:
    """Whether workers may take tenants on."""
    return Rollout.objects.filter(id=rollout_id, state=RolloutState.RUNNING).exists()


def lock_tenant(row: TenantRollout, expected_version: str) -> str:
    """Lock the tenant's registry row against removal meanwhile; return what is wrong with it, or an empty text."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_TENANT, [row.tenant_id])
        found = cursor.fetchone()
    if found is None:
        return "gone"
    return "" if found[0] == expected_version else "version_changed"


def version_before(row: TenantRollout, group: Group) -> str:
    """Return the version that the tenant must be at for the row's next step."""
    return group.steps[row.step - 1].version if row.step else group.from_version


def advance(row: TenantRollout, *, group: Group, step: Step, seconds: float) -> None:
    """Note a finished step with the tenant's new version, in the transaction of the step itself."""
    row.step += 1
    is_last = row.step == len(group.steps)
    # Otherwise it stays what it is: waiting, or left out by an abort that let an index be finished.
    row.state = TenantState.DONE if is_last else row.state
    values: dict[str, str | int | float | UUID] = {
        "version": step.version,
        "tenant": row.tenant_id,
        "step": row.step,
        "seconds": round(seconds, 4),
        "state": str(row.state),
        "is_last": is_last,
        "row": row.id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, values)


def skip(row: TenantRollout, reason: str) -> None:
    """Leave a tenant out that is no longer there."""
    row.state, row.error, row.finished_at = TenantState.SKIPPED, reason, timezone.now()
    row.save(update_fields=["state", "error", "finished_at"])


def note_failure(row_id: UUID, problem: BaseException, *, step: int, options: Options) -> None:
    """Try again later, or put the tenant into quarantine; pause the rollout when too many are there.

    In a transaction of its own, after the work's was rolled back. The tenant stays online at the version it has.
    Nothing happens when that `step` was done after all: the answer to a commit may be lost with the connection. Nor
    when the tenant was removed meanwhile, its row with it.
    """
    with as_migration(), transaction.atomic():
        rows = TenantRollout.objects.select_related("rollout").select_for_update(of=("self",))
        current = rows.filter(id=row_id, state=TenantState.WAITING, step=step).first()
        if current is None:
            return
        rollout = current.rollout
        current.attempts += 1
        current.error = failures.describe(problem)
        current.started_at = current.started_at or timezone.now()
        passes = failures.may_pass(problem) or failures.is_connection_lost(problem)
        # A statement that took too long held its locks all the while, and will most likely take too long again.
        attempts = min(options.attempts, 2) if failures.sqlstate(problem) == _TIMED_OUT else options.attempts
        if passes and current.attempts < attempts:
            wait = options.backoff(current.attempts) * _random.uniform(0.5, 1.0)
            current.not_before = timezone.now() + timedelta(seconds=wait)
        else:
            current.state, current.finished_at = TenantState.QUARANTINED, timezone.now()
        current.save()
        if current.state == TenantState.QUARANTINED:
            note_error(tenant_id=current.tenant_id, message=f"Rollout {rollout.target_version[:12]}: {current.error}")
            _pause_if_too_many(rollout.id)


def _pause_if_too_many(rollout_id: UUID) -> None:
    """Count with the rollout locked: of two failures at once the second sees the first."""
    rollout = Rollout.objects.select_for_update().defer("plan").get(id=rollout_id)
    # As it stands now: whoever resumed may have allowed more.
    options = Options(**rollout.options)
    failed = TenantRollout.objects.filter(rollout=rollout, state=TenantState.QUARANTINED).count()
    if failed >= options.max_failures and rollout.state == RolloutState.RUNNING:
        rollout.state, rollout.reason = RolloutState.PAUSED, {"code": "failures", "count": failed}
        rollout.save(update_fields=["state", "reason"])


def pause_for_readers(rollout_id: UUID, readers: Mapping[str, list[str]]) -> None:
    """Pause a running rollout because processes read what its next step takes (see `running.list_readers`)."""
    rollout = Rollout.objects.select_for_update().defer("plan").get(id=rollout_id)
    if rollout.state == RolloutState.RUNNING:
        # What was checked at the end of a wave stays checked.
        kept = {"checked": True} if rollout.reason.get("checked") else {}
        rollout.state, rollout.reason = RolloutState.PAUSED, {**kept, **readers_reason(readers)}
        rollout.save(update_fields=["state", "reason"])


def readers_reason(readers: Mapping[str, list[str]]) -> dict[str, object]:
    """Return the reason of such a pause: what is read, and which processes do."""
    processes = sorted({process for names in readers.values() for process in names})
    return {"code": "still_running", "names": sorted(readers), "processes": processes[:_SHOWN_DIFFERENCES]}


def pass_gate(rollout_id: UUID, options: Options) -> bool:
    """Open the next wave, or finish, once every tenant of the open waves has been tried; return whether anything moved.

    A tenant that only waits for its next try holds no wave up, but one of a trial wave: what comes of it is awaited,
    and a quarantine there pauses the rollout. Before a wave ends, its schemas are compared with their version: a
    difference pauses it, too.
    """
    with as_migration(), transaction.atomic():
        rollout = (
            Rollout.objects.select_for_update(skip_locked=True)
            .defer("plan")
            .filter(id=rollout_id, state=RolloutState.RUNNING)
            .first()
        )
        if rollout is None:
            return False
        is_last = rollout.open_wave + 1 >= rollout.waves
        is_trial = not is_last and rollout.open_wave < options.trial_waves
        if not _is_wave_over(rollout, awaits_all=is_last or is_trial):
            return False
        reason = _reason_to_pause(rollout, options, is_trial=is_trial, is_last=is_last)
        rollout.reason = {**reason, "checked": True} if reason else {}
        if reason:
            rollout.state = RolloutState.PAUSED
        elif is_last:
            rollout.state, rollout.finished_at = RolloutState.FINISHED, timezone.now()
        else:
            rollout.open_wave += 1
        rollout.save(update_fields=["state", "reason", "open_wave", "finished_at"])
        # Workers tell now and then; here the last of them may have died before it did.
        touch_registry()
        return True


def _is_wave_over(rollout: Rollout, *, awaits_all: bool) -> bool:
    waiting = TenantRollout.objects.filter(rollout=rollout, state=TenantState.WAITING, wave__lte=rollout.open_wave)
    return not (waiting if awaits_all else waiting.filter(attempts=0)).exists()


def _reason_to_pause(rollout: Rollout, options: Options, *, is_trial: bool, is_last: bool) -> dict[str, object]:
    """Return why somebody should look before it goes on; empty when nobody need, or somebody has."""
    if rollout.reason.get("checked"):
        return {}
    differences = _drift_of_wave(rollout)
    if differences:
        return {"code": "drift", "wave": rollout.open_wave, "facts": differences}
    if is_trial and not rollout.reason.get(ACCEPTED):
        failed = TenantRollout.objects.filter(rollout=rollout, state=TenantState.QUARANTINED, wave=rollout.open_wave)
        names = list(failed.order_by("place").values_list("slug", flat=True))
        if names:
            return {"code": "trial_failed", "wave": rollout.open_wave, "names": names}
    if options.pause_after_wave and not is_last:
        return {"code": "wave_done", "wave": rollout.open_wave}
    return {}


def _drift_of_wave(rollout: Rollout) -> list[str]:
    """Compare the wave's tenants, at the end all: some came late, after their own wave had passed."""
    rows = TenantRollout.objects.filter(rollout=rollout, state=TenantState.DONE)
    if rollout.open_wave + 1 < rollout.waves:
        rows = rows.filter(wave=rollout.open_wave)
    slugs = {row.schema: row.slug for row in rows}
    tenants = Tenant.objects.filter(id__in=[row.tenant_id for row in rows])
    subjects = [Subject(one.schema_name, one.ref.role, one.schema_version) for one in tenants]
    if not subjects:
        return []
    touched = {table for group in plan_from_json(rollout.plan).groups for table in group.touched}
    found = find_drift(subjects, tables=sorted(touched))
    return [f"{slugs[one.schema]}: {one}" for one in found[:_SHOWN_DIFFERENCES]]


def note_begun(row: TenantRollout, indexes: Mapping[str, int]) -> None:
    """Note what was there before the first try of an index step, in a transaction that ends before it begins."""
    if BEGUN not in row.progress:
        row.progress = {BEGUN: dict(indexes)}
        row.save(update_fields=["progress"])


def try_hold(row: TenantRollout) -> bool:
    """Hold a tenant beyond the transaction, for work that can't be in one; the server lets go when the session ends.

    The tenant, not the row: workers of another rollout must not build in it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [str(row.tenant_id)])
        return bool(cursor.fetchone()[0])


def hold(row: TenantRollout) -> None:
    """Hold a tenant as `try_hold` does, waiting for whoever holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [str(row.tenant_id)])


def let_go(row: TenantRollout) -> None:
    """Let a held tenant go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [str(row.tenant_id)])
