"""After a rollout was aborted: no tenant stays in the middle of a concurrent index, which no transaction takes back."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from tenants.context import as_migration
from tenants.rollout import claims, executing, failures
from tenants.rollout.models import Rollout, RolloutState, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.plan import Group, plan_from_json

log = structlog.get_logger(__name__)

# Left out by the abort in the middle of an index step. Whoever was never begun has nothing to settle.
_UNSETTLED = Q(state=TenantState.SKIPPED, progress__has_key=claims.BEGUN)


def find_unfinished_abort() -> Rollout | None:
    """Return the newest aborted rollout whose abort did not come to its end, if there is one."""
    unfinished = TenantRollout.objects.filter(_UNSETTLED | Q(state=TenantState.WAITING))
    aborted = Rollout.objects.filter(state=RolloutState.ABORTED, id__in=unfinished.values("rollout"))
    return aborted.order_by("-id").first()


def settle_indexes(rollout: Rollout) -> list[str]:
    """Take index steps back that were begun, or record those that are done; call it once the rest is left out.

    Returns the slugs of tenants where that failed; the next call tries those again.
    Effects: waits for whoever still builds one, be it only the server's session of a worker that has died.
    """
    groups = {group.from_version: group for group in plan_from_json(rollout.plan).groups}
    options = Options(**rollout.options)
    left = []
    with as_migration():
        for row in _unsettled(rollout).order_by("wave", "place"):
            try:
                _settle(row, groups[row.from_version], options)
            except DatabaseError as problem:
                if failures.is_connection_lost(problem):
                    raise
                log.warning("rollout.index_unsettled", tenant=row.slug, error=failures.describe(problem))
                left.append(row.slug)
    return left


def _unsettled(rollout: Rollout) -> QuerySet[TenantRollout]:
    return TenantRollout.objects.filter(_UNSETTLED, rollout=rollout)


def _settle(row: TenantRollout, group: Group, options: Options) -> None:
    claims.hold(row)
    try:
        # Whoever held it may have finished the step, or settled it.
        current = _unsettled_now(row)
        if current is None:
            return
        way = executing.Way(row.schema, group.steps[row.step], group.direction)
        with transaction.atomic():
            is_elsewhere = claims.lock_tenant(current, claims.version_before(current, group))
        is_done = not is_elsewhere and executing.settle_index_statements(
            way, options, before=current.progress[claims.BEGUN]
        )
        with transaction.atomic():
            _note(current, way, group=group, is_done=is_done)
    finally:
        if connection.connection is not None and not connection.connection.closed:
            claims.let_go(row)


def _unsettled_now(row: TenantRollout) -> TenantRollout | None:
    return TenantRollout.objects.filter(_UNSETTLED, id=row.id, step=row.step).first()


def _note(row: TenantRollout, way: executing.Way, *, group: Group, is_done: bool) -> None:
    current = TenantRollout.objects.select_for_update().filter(id=row.id).first()
    if current is None:
        return
    # Removed or moved meanwhile, it is not this rollout's any more.
    if is_done and not claims.lock_tenant(current, claims.version_before(current, group)):
        executing.record_index_step(way)
        claims.advance(current, group=group, step=way.step, seconds=0.0)
    else:
        current.progress = {}
        current.save(update_fields=["progress"])
