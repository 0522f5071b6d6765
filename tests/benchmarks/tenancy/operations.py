"""What ours is asked to do, in a process of its own in one deployment (see `workers`)."""

from __future__ import annotations

import threading
import time
from typing import Final

from django.db import transaction

from tenants.actors import system_actor
from tenants.context import as_migration
from tenants.provisioning.locking import hold_onboarding_lock
from tenants.provisioning.migrate import migrate_deployment
from tenants.provisioning.parts import make_parts, register
from tenants.provisioning.requests import check_request
from tenants.provisioning.services import onboard
from tenants.rollout.newcomers import snapshot_for_newcomers
from tenants.rollout.options import Options
from tenants.rollout.plan import Plan
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.worker import work_in_threads
from tests.benchmarks.tenancy.towns import request_for
from tests.benchmarks.workers import Operation

_ACTOR: Final = system_actor("benchmark")
# As many as `verbund rollout start` has unless told otherwise.
_WORKERS: Final = 4


def create(number: int) -> float:
    """Onboard a town with all that its portal starts with, and return the seconds."""
    request = request_for(number)
    start = time.perf_counter()
    onboard(actor=_ACTOR, request=request)
    return time.perf_counter() - start


def create_bare(number: int) -> float:
    """Make what the rival's migrations make of a town, with its role and rights, and return the seconds.

    The town is completed when the clock has stopped, so that it can be rolled out to and visited like the others.
    """
    request = request_for(number)
    start = time.perf_counter()
    snapshot = snapshot_for_newcomers()
    with as_migration(), transaction.atomic():
        hold_onboarding_lock()
        wish = check_request(request)
        make_parts(register(wish, snapshot), wish, snapshot)
    seconds = time.perf_counter() - start
    onboard(actor=_ACTOR, request=request)
    return seconds


def fill(numbers: list[int]) -> None:
    """Onboard towns one after the other."""
    for number in numbers:
        create(number)


def roll_out_nothing() -> float:
    """Find that there is nothing to roll out, and return the seconds."""
    start = time.perf_counter()
    plan = plan_rollout(actor=_ACTOR)
    seconds = time.perf_counter() - start
    if not plan.is_empty:
        message = "there is something to roll out"
        raise RuntimeError(message)
    return seconds


def roll_out() -> dict[str, float]:
    """Bring a new migration to all towns; return the seconds of each part and the number of towns.

    `template`: shared schema and template; `plan`: the rehearsal; `towns`: everything that grows with their number.
    """
    begun = time.perf_counter()
    migrate_deployment()
    migrated = time.perf_counter()
    plan = plan_rollout(actor=_ACTOR)
    planned = time.perf_counter()
    towns = _carry_out(plan)
    done = time.perf_counter()
    return {"template": migrated - begun, "plan": planned - migrated, "towns": done - planned, "count": towns}


def _carry_out(plan: Plan) -> int:
    rollout_id = start_rollout(actor=_ACTOR, plan=plan, options=Options())
    work_in_threads(rollout_id, workers=_WORKERS, watch=lambda _is_over: None, stop=threading.Event())
    status = get_status(rollout_id)
    if status is None or status.done != status.tenants:
        message = f"the rollout did not end well: {status}"
        raise RuntimeError(message)
    return status.tenants


OPERATIONS: Final[dict[str, Operation]] = {
    "create": create,
    "create_bare": create_bare,
    "fill": fill,
    "roll_out": roll_out,
    "roll_out_nothing": roll_out_nothing,
}
