"""The doctor names a rollout on which nobody works, whoever was to carry it out."""

from __future__ import annotations

from tenants.doctor.finding import Finding
from tenants.doctor.onboardings import examine_rollouts
from tenants.ids import uuid7
from tenants.rollout.options import Options
from tenants.rollout.running import report
from tenants.rollout.services import pause_rollout, plan_rollout, start_rollout
from tenants.rollout.tests.conftest import SYSTEM, Release, query, release
from tenants.rollout.tests.test_rollout import ADD_COLUMN

__all__ = ["release"]


def abandoned() -> list[Finding]:
    return [one for one in examine_rollouts() if one.code == "rollout_abandoned"]


def start(release: Release, *, in_background: bool) -> None:
    release({"0100_pinned": ADD_COLUMN})
    start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=Options(in_background=in_background))


def test_one_whose_command_has_ended_is_named(release: Release) -> None:
    start(release, in_background=False)
    (finding,) = abandoned()
    assert "20 Kommunen warten" in finding.what
    assert "verbund rollout resume" in finding.advice
    pause_rollout(actor=SYSTEM)
    assert abandoned() == []


def test_in_the_background_it_is_named_while_no_worker_is_heard_of(release: Release) -> None:
    start(release, in_background=True)
    report(uuid7(), "web")
    (finding,) = abandoned()
    assert "Celery" in finding.advice
    assert "verbund rollout work" in finding.advice
    report(uuid7(), "worker")
    assert abandoned() == []
    query("UPDATE rollout_runningprocess SET seen_at = now() - interval '2 minutes'")
    assert len(abandoned()) == 1


def test_nor_while_workers_leave_it_alone(release: Release) -> None:
    """Of an older release, or without the beat: nothing has moved for ten minutes."""
    start(release, in_background=True)
    report(uuid7(), "worker")
    query("UPDATE rollout_rollout SET created_at = now() - interval '11 minutes'")
    query("UPDATE rollout_tenantrollout SET not_before = now() - interval '11 minutes'")
    assert len(abandoned()) == 1
    query("UPDATE rollout_tenantrollout SET finished_at = now(), state = 'done' WHERE slug = 'marl'")
    assert abandoned() == []
    query("UPDATE rollout_tenantrollout SET finished_at = null, progress = '{\"operation\": 0}' WHERE slug = 'hamm'")
    query("UPDATE rollout_tenantrollout SET finished_at = null WHERE slug = 'marl'")
    assert abandoned() == []
