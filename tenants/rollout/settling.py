"""After a rollout was aborted: no tenant stays in the middle of a concurrent index, which no transaction takes back."""

from __future__ import annotations

from django.db import transaction

from tenants.context import as_migration
from tenants.rollout import claims, executing
from tenants.rollout.models import Rollout, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.plan import Group, plan_from_json


def settle_indexes(rollout: Rollout) -> None:
    """Take index steps back that were begun, or record those that are done; call it once the rest is left out.

    Effects: waits for whoever still builds one, be it only the server's session of a worker that has died.
    """
    groups = {group.from_version: group for group in plan_from_json(rollout.plan).groups}
    with as_migration():
        for row in TenantRollout.objects.filter(rollout=rollout, state=TenantState.SKIPPED).order_by("wave", "place"):
            group = groups[row.from_version]
            if row.step < len(group.steps) and group.steps[row.step].kind == "index":
                _settle(row, group, Options(**rollout.options))


def _settle(row: TenantRollout, group: Group, options: Options) -> None:
    way = executing.Way(row.schema, group.steps[row.step], group.direction)
    claims.hold(row)
    try:
        with transaction.atomic():
            is_gone = claims.lock_tenant(row, group.steps[row.step - 1].version if row.step else group.from_version)
        if is_gone or TenantRollout.objects.get(id=row.id).step != row.step:
            return
        if executing.settle_index_statements(way, options):
            with transaction.atomic():
                executing.record_index_step(way)
                claims.advance(row, group=group, step=way.step, seconds=0.0)
    finally:
        claims.let_go(row)
