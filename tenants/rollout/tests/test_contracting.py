"""Steps that take away what only older releases use, while a process of such a release may run or be started."""

from __future__ import annotations

import pytest

from tenants.errors import Conflict
from tenants.ids import uuid7
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Subject
from tenants.provisioning.graph import tenant_graph
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.registry.sites import directory
from tenants.rollout.options import Options
from tenants.rollout.plan import plan_from_json
from tenants.rollout.running import report
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, resume_rollout, start_rollout
from tenants.rollout.serving import can_serve
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, columns, query, roll_out, versions, work
from tenants.rollout.tests.test_rollout import ADD_TABLE
from tenants.rollout.texts import reason_text, refusal_text

NEEDED = 'operations = [migrations.AddField("notice", "pinned", models.BooleanField(db_default=False))]'
CONTRACT = """
contract = True
operations = [migrations.RemoveField("notice", "updated_by")]
"""
NEEDED_AFTER = 'operations = [migrations.AddField("notice", "more", models.IntegerField(null=True))]'
WISH = OnboardingRequest(slug="ascheberg", ags="05558004")


def forget_processes() -> None:
    query("DELETE FROM rollout_runningprocess")


def paused_for() -> str:
    status = get_status()
    assert status is not None
    assert status.state == "paused"
    return reason_text(status.reason)


def test_a_new_town_keeps_what_a_running_process_of_the_release_before_may_read(release: Release) -> None:
    report(uuid7(), "web")
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    onboard(actor=SYSTEM, request=WISH)
    assert {"updated_by", "pinned"} <= set(columns("ascheberg", "portal_notice"))
    version = versions()["ascheberg"]
    assert version != tenant_graph().version
    assert can_serve(version)
    town = directory.reload().tenants["ascheberg"].ref
    assert find_drift([Subject(town.schema, town.role, version)]) == []
    forget_processes()
    roll_out()
    assert set(versions().values()) == {tenant_graph().version}
    assert "updated_by" not in columns("ascheberg", "portal_notice")


def test_a_new_town_is_at_the_newest_version_once_nobody_reads_what_went(release: Release) -> None:
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    report(uuid7(), "web")
    onboard(actor=SYSTEM, request=WISH)
    assert versions()["ascheberg"] == tenant_graph().version


def test_a_process_that_is_ahead_of_this_one_holds_nothing_back(release: Release) -> None:
    report(uuid7(), "web")
    query("UPDATE rollout_runningprocess SET version = 'never migrated here'")
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    onboard(actor=SYSTEM, request=WISH)
    assert versions()["ascheberg"] == tenant_graph().version


def test_where_the_new_release_needs_what_comes_after_onboarding_waits(release: Release) -> None:
    report(uuid7(), "web")
    release({"0101_contract": CONTRACT, "0102_more": NEEDED_AFTER})
    with pytest.raises(Conflict, match="Programme der vorigen Version") as refused:
        onboard(actor=SYSTEM, request=WISH)
    assert refused.value.code == "older_release_running"
    assert "ascheberg" not in versions()
    forget_processes()
    onboard(actor=SYSTEM, request=WISH)
    assert versions()["ascheberg"] == tenant_graph().version


def test_a_worker_pauses_before_a_contract_step_that_somebody_reads_by_now(release: Release) -> None:
    before = versions()["marl"]
    release({"0101_contract": CONTRACT})
    rollout_id = start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=QUICK)
    report(uuid7(), "web")
    work(rollout_id)
    reason = paused_for()
    assert "portal_notice.updated_by" in reason
    assert "web" in reason
    assert "--expand-only" in reason
    assert set(versions().values()) == {before}
    assert query("SELECT DISTINCT state, attempts FROM rollout_tenantrollout") == [("waiting", 0)]
    forget_processes()
    work(resume_rollout(actor=SYSTEM))
    assert set(versions().values()) == {tenant_graph().version}


def test_a_paused_rollout_is_not_resumed_into_a_process_that_was_started_meanwhile(release: Release) -> None:
    release({"0101_contract": CONTRACT})
    roll_out(options=Options(pause_after_wave=True), first=("marl",))
    report(uuid7(), "worker")
    with pytest.raises(Conflict, match=r"portal_notice\.updated_by") as refused:
        resume_rollout(actor=SYSTEM)
    assert refused.value.code == "still_running"
    assert "Welle 1 ist fertig" in paused_for()
    assert len(set(versions().values())) == 2
    work(resume_rollout(actor=SYSTEM, ignore_running=True))
    forget_processes()
    work(resume_rollout(actor=SYSTEM))
    assert set(versions().values()) == {tenant_graph().version}


def test_a_resume_that_finds_dead_workers_and_a_reader_pauses(release: Release) -> None:
    release({"0101_contract": CONTRACT})
    start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=QUICK)
    report(uuid7(), "web")
    with pytest.raises(Conflict):
        resume_rollout(actor=SYSTEM)
    assert "portal_notice.updated_by" in paused_for()


def test_a_plan_that_was_stored_knows_what_its_steps_take(release: Release) -> None:
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    plan = plan_rollout(actor=SYSTEM)
    (step,) = plan.groups[0].steps
    assert step.takes == [("portal_notice", "updated_by")]
    assert plan_from_json(plan.as_json()) == plan
    assert plan_rollout(actor=SYSTEM, ignore_running=True).groups[0].steps[0].takes == []


def back_over(release: Release, more: dict[str, str]) -> str:
    """Bring all towns to a release, have a process of it running, and return the version before."""
    before = versions()["marl"]
    release(more)
    roll_out()
    report(uuid7(), "web")
    return before


def heard_of(reads: str) -> None:
    """Have a process that reads something; of this release's it knows all."""
    query("UPDATE rollout_runningprocess SET reads = %s::jsonb", reads)


def test_there_is_no_way_back_while_a_process_reads_what_it_drops(release: Release) -> None:
    before = back_over(release, {"0100_pinned": NEEDED, "0101_poll": ADD_TABLE})
    heard_of('{"portal_notice": ["id", "pinned"], "portal_poll": ["id"]}')
    plan = plan_rollout(actor=SYSTEM, to=before)
    assert [(one.migration, one.code, one.data["name"]) for one in plan.refusals] == [
        ("portal.0101_poll", "still_running", "portal_poll"),
        ("portal.0100_pinned", "still_running", "portal_notice.pinned"),
    ]
    assert "zu der ausgerollt wird" in refusal_text(plan.refusals[0])[1]
    assert plan_rollout(actor=SYSTEM, to=before, ignore_running=True).refusals == []
    heard_of('{"portal_notice": ["id"]}')
    roll_out(to=before)
    assert set(versions().values()) == {before}


def test_a_worker_pauses_on_the_way_back_before_what_somebody_reads_by_now(release: Release) -> None:
    before = back_over(release, {"0100_pinned": NEEDED})
    newer = versions()["marl"]
    heard_of("{}")
    rollout_id = start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM, to=before), options=QUICK)
    heard_of('{"portal_notice": ["id", "pinned"]}')
    work(rollout_id)
    assert "portal_notice.pinned" in paused_for()
    assert set(versions().values()) == {newer}
    with pytest.raises(Conflict):
        resume_rollout(actor=SYSTEM)
    forget_processes()
    work(resume_rollout(actor=SYSTEM))
    assert set(versions().values()) == {before}
