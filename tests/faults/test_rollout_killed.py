"""Kill a rollout's process, or the database under it, at every step: no town ends in between, no step is done twice.

What is killed when is drawn from a seed: VERBUND_FAULT_SEED chooses it, VERBUND_FAULT_ROUNDS draws more often.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from django.db import connections

from tenants.rollout.services import abort_rollout, plan_rollout
from tests.faults.breaking import INDEX_HALF_BUILT, POINTS, REHEARSAL, Fault, How
from tests.faults.deployment import SYSTEM, TOWNS, Deployment, wait_until

SEED: Final = int(os.environ.get("VERBUND_FAULT_SEED", "20261126"))
ROUNDS: Final = int(os.environ.get("VERBUND_FAULT_ROUNDS", "1"))
BROKEN: Final = "castrop-rauxel"
KILLED: Final = -9
WAYS: Final[tuple[How, ...]] = ("kill", "cut", "database")

pytestmark = pytest.mark.durable


def cases() -> Iterator[object]:
    """Draw where it breaks and how, and whether another process works beside the one that breaks."""
    drawn = random.Random(SEED)  # noqa: S311 -- the same each time
    for number in range(ROUNDS):
        # Each point in one of two ways; two rounds have both.
        for place, (point, (*_where, least)) in enumerate(POINTS.items()):
            how: How = "kill" if (place + number + SEED) % 2 else "database"
            beside = drawn.random() < 0.4
            passing = drawn.randint(1, max(least // 4, 1) if beside else least)
            name = f"{number}-{point}-{passing}-{how}{'-beside' if beside else ''}"
            yield pytest.param(Fault(point, passing, how), beside, id=name.replace(" ", "_"))
        for how in WAYS:
            fault = Fault(INDEX_HALF_BUILT, drawn.randint(1, TOWNS), how)
            yield pytest.param(fault, False, id=f"{number}-index_half_built-{fault.number}-{how}")


@pytest.mark.parametrize(("fault", "beside"), list(cases()))
def test_every_town_ends_at_the_target_or_in_quarantine(deployment: Deployment, fault: Fault, *, beside: bool) -> None:
    broken = {BROKEN} if "failure" in fault.point else set()
    deployment.reset(broken=broken)
    deployment.start()
    breaking = deployment.command(
        "rollout", "work", "--workers", "2", fault=replace(fault, postmaster=deployment.server.process.pid)
    )
    workers = [breaking, *([deployment.command("rollout", "work", "--workers", "1")] if beside else [])]
    expected = 1 if broken else 0
    if fault.how == "database":
        server = deployment.server.process
        wait_until(lambda: server.poll() is not None or all(map(deployment.has_ended, workers)))
        if server.poll() is not None:
            deployment.restart_server()
        # Nobody resumes anything: they wait for the database and go on.
        assert [deployment.wait(one) for one in workers] == [expected] * len(workers), deployment.told()
    else:
        ended = deployment.wait(breaking)
        assert ended == KILLED or (beside and ended == expected), deployment.told()
        connections.close_all()  # which a cut has ended as well
        if not beside:
            without_broken(deployment, broken)
        else:
            assert deployment.wait(workers[1]) == expected, deployment.told()
        if deployment.status().is_active:
            resumed = deployment.command("rollout", "resume", "--workers", "2")
            assert deployment.wait(resumed) == expected, deployment.told()
    status = deployment.status()
    assert (status.state, status.done, len(status.quarantined)) == ("finished", TOWNS - expected, expected)
    deployment.check_at_target(set(deployment.schemas()) - broken)
    assert deployment.old is not None
    for slug in broken:
        assert deployment.versions()[slug] == deployment.old.version
        assert [one.slug for one in status.quarantined] == [slug]


def without_broken(deployment: Deployment, broken: set[str]) -> None:
    """Look at the towns while nobody works on them; a broken one has a column too many from the start."""
    if not broken:
        deployment.check_none_in_between()


def test_a_killed_plan_leaves_nothing_that_stands_in_the_way(deployment: Deployment) -> None:
    planning = deployment.command("rollout", "plan", fault=Fault(REHEARSAL, 2, "kill"))
    assert deployment.wait(planning) == KILLED
    assert deployment.query("SELECT to_regnamespace('tenant_rehearsal') IS NOT NULL") == [(True,)]
    assert deployment.wait(deployment.command("rollout", "plan")) == 0, deployment.told()
    assert deployment.query("SELECT to_regnamespace('tenant_rehearsal') IS NOT NULL") == [(False,)]
    deployment.check_none_in_between()


def test_killed_before_anybody_worked_it_is_resumed(deployment: Deployment) -> None:
    starting = deployment.command("rollout", "start", "--yes", "--workers", "2", fault=Fault("claimed", 1, "kill"))
    assert deployment.wait(starting) == KILLED
    assert deployment.status().state == "running"
    assert deployment.wait(deployment.command("rollout", "resume", "--workers", "2")) == 0, deployment.told()
    deployment.check_at_target(deployment.schemas())
    assert plan_rollout(actor=SYSTEM).is_empty


@pytest.mark.parametrize("point", ["tables changed", "rows changed", "index is there", INDEX_HALF_BUILT])
def test_aborted_after_a_kill_no_town_is_in_between(deployment: Deployment, point: str) -> None:
    deployment.start()
    passing = random.Random(f"{SEED}{point}").randint(1, TOWNS)  # noqa: S311 -- the same each time
    killed = deployment.command("rollout", "work", "--workers", "2", fault=Fault(point, passing, "kill"))
    assert deployment.wait(killed) == KILLED
    abort_rollout(actor=SYSTEM)
    assert sum(wave.waiting for wave in deployment.status().waves) == 0
    deployment.check_none_in_between()
    assert deployment.drift(deployment.schemas()) == []
    again = deployment.command("rollout", "start", "--yes", "--workers", "2")
    assert deployment.wait(again) == 0, deployment.told()
    deployment.check_none_in_between()
