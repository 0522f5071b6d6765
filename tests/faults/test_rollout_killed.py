"""Kill a rollout's process, or the database under it, at every step: no town ends in between, no step is done twice.

What is killed when is drawn from a seed: VERBUND_FAULT_SEED chooses it, VERBUND_FAULT_ROUNDS draws more often.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import product
from typing import Final

import pytest
from django.db import connections

from tenants.provisioning.snapshot import snapshot_of
from tenants.rollout.services import abort_rollout, plan_rollout, start_rollout
from tests.faults.breaking import INDEX_HALF_BUILT, POINTS, REHEARSAL, SETTLING, Fault, How
from tests.faults.deployment import QUICK, SYSTEM, TOWNS, Deployment, wait_until

SEED: Final = int(os.environ.get("VERBUND_FAULT_SEED", "20261126"))
ROUNDS: Final = int(os.environ.get("VERBUND_FAULT_ROUNDS", "1"))
BROKEN: Final = "castrop-rauxel"
KILLED: Final = -9
BOTH: Final[tuple[How, ...]] = ("kill", "database")

pytestmark = pytest.mark.durable


def cases() -> Iterator[object]:
    """Draw where it breaks and how, and whether another process works beside the one that breaks."""
    drawn = random.Random(SEED)  # noqa: S311 -- the same each time
    for number in range(ROUNDS):
        for (place, (point, (*_where, least))), how in product(enumerate(POINTS.items()), BOTH):
            # To start the server again takes long: each round does it at every other point, two rounds at all.
            if how == "database" and (place + number + SEED) % 2:
                continue
            # The one town that fails may be the other process's.
            beside = drawn.random() < 0.4 and "failure" not in point
            passing = drawn.randint(1, max(least // 4, 1) if beside else least)
            name = f"{number}-{point}-{passing}-{how}{'-beside' if beside else ''}"
            yield pytest.param(Fault(point, passing, how), beside, id=name.replace(" ", "_"))
        for how in (*BOTH, "cut"):
            fault = Fault(INDEX_HALF_BUILT, drawn.randint(1, TOWNS), how)
            yield pytest.param(fault, False, id=f"{number}-index_half_built-{fault.number}-{how}")


@pytest.mark.parametrize(("fault", "beside"), list(cases()))
def test_every_town_ends_at_the_target_or_in_quarantine(unprepared: Deployment, fault: Fault, *, beside: bool) -> None:
    deployment, broken = unprepared, {BROKEN} if "failure" in fault.point else set()
    deployment.reset(broken=broken)
    deployment.start()
    breaking = deployment.command("rollout", "work", "--workers", "2", fault=fault)
    workers = [breaking, *([deployment.command("rollout", "work", "--workers", "1")] if beside else [])]
    expected = 1 if broken else 0
    if fault.how == "database":
        server = deployment.server.process
        wait_until(lambda: server.poll() is not None or all(map(deployment.has_ended, workers)))
        if server.poll() is not None:
            deployment.restart_server()
        assert deployment.has_broken(), deployment.told()
        # Nobody resumes anything: they wait for the database and go on.
        assert [deployment.wait(one) for one in workers] == [expected] * len(workers), deployment.told()
    else:
        assert deployment.wait(breaking) == KILLED, deployment.told()
        assert deployment.has_broken()
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


@pytest.mark.parametrize(
    ("point", "how"), [("index noted", "kill"), ("rows changed", "database"), ("tables changed", "kill")]
)
def test_broken_on_the_way_back_every_town_ends_where_it_began(unprepared: Deployment, point: str, how: How) -> None:
    deployment = unprepared
    assert deployment.old is not None
    assert deployment.plan is not None
    deployment.reset(to=snapshot_of(deployment.plan.target))
    back = plan_rollout(actor=SYSTEM, to=deployment.old.version)
    start_rollout(actor=SYSTEM, plan=back, options=QUICK, pilots_first=False, shares=(50,))
    passing = random.Random(f"{SEED}{point}{how}").randint(1, TOWNS)  # noqa: S311 -- the same each time
    breaking = deployment.command("rollout", "work", "--workers", "2", fault=Fault(point, passing, how))
    if how == "database":
        wait_until(lambda: deployment.server.process.poll() is not None)
        deployment.restart_server()
        assert deployment.wait(breaking) == 0, deployment.told()
    else:
        assert deployment.wait(breaking) == KILLED
        deployment.check_none_in_between(index="missing")
        resumed = deployment.command("rollout", "resume", "--workers", "2")
        assert deployment.wait(resumed) == 0, deployment.told()
    assert deployment.has_broken()
    assert (deployment.status().state, deployment.status().done) == ("finished", TOWNS)
    assert set(deployment.versions().values()) == {deployment.old.version}
    assert deployment.drift(deployment.schemas()) == []


@pytest.mark.parametrize("point", SETTLING)
def test_an_abort_that_is_killed_while_it_settles_is_taken_to_its_end(deployment: Deployment, point: str) -> None:
    deployment.start()
    killed = deployment.command("rollout", "work", "--workers", "2", fault=Fault(INDEX_HALF_BUILT, 2, "kill"))
    assert deployment.wait(killed) == KILLED
    aborting = deployment.command("rollout", "abort", "--yes", fault=Fault(point, 1, "kill"))
    assert deployment.wait(aborting) == KILLED, deployment.told()
    assert deployment.has_broken()
    assert deployment.wait(deployment.command("rollout", "abort", "--yes")) == 0, deployment.told()
    deployment.check_none_in_between()
    assert deployment.drift(deployment.schemas()) == []
    assert deployment.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]


def test_a_fault_that_never_acts_is_noticed(deployment: Deployment) -> None:
    deployment.start()
    working = deployment.command("rollout", "work", "--workers", "2", fault=Fault("claimed", 99_999, "database"))
    assert deployment.wait(working) == 0
    assert not deployment.has_broken()


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
