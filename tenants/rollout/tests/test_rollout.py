"""A rollout from plan to end: what it changes in which tenant, and what it leaves alone."""

from __future__ import annotations

import pytest

from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Subject
from tenants.provisioning.graph import tenant_graph
from tenants.registry.sites import directory
from tenants.rollout.models import RolloutState
from tenants.rollout.options import Options
from tenants.rollout.selectors import get_status
from tenants.rollout.services import (
    abort_rollout,
    pause_rollout,
    plan_rollout,
    resume_rollout,
    start_rollout,
)
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, as_town, columns, query, roll_out, versions, work

ADD_COLUMN = """
operations = [migrations.AddField("notice", "pinned", models.BooleanField(db_default=False))]
"""
ADD_TABLE = """
operations = [
    migrations.CreateModel("Poll", [
        ("id", models.UUIDField(primary_key=True, default=uuid7)),
        ("question", models.CharField(max_length=200)),
        ("notice", models.ForeignKey("portal.notice", on_delete=models.CASCADE)),
    ]),
]
"""
BROKEN = """
operations = [migrations.RunSQL("ALTER TABLE portal_notice ADD COLUMN extra int")]
"""


def subjects() -> list[Subject]:
    directory.forget()
    return [Subject(one.ref.schema, one.ref.role, one.schema_version) for one in directory.snapshot().tenants.values()]


def test_every_tenant_ends_as_if_migrated(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN, "0101_poll": ADD_TABLE})
    rollout_id = roll_out()
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done, status.tenants) == (RolloutState.FINISHED, 20, 20)
    assert set(versions().values()) == {tenant_graph().version}
    assert find_drift(subjects()) == []
    assert as_town("gladbeck", "SELECT count(*) FROM portal_poll") == [(0,)]
    assert query("SELECT app, name FROM t_dorsten.django_migrations ORDER BY id DESC LIMIT 2") == [
        ("portal", "0101_poll"),
        ("portal", "0100_pinned"),
    ]


def test_with_nothing_to_do_there_is_no_plan(fresh_database: str) -> None:
    plan = plan_rollout(actor=SYSTEM)
    assert plan.is_empty
    with pytest.raises(InvalidInput, match="schon auf diesem Stand"):
        start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def test_one_of_twenty_fails_and_stays_online_at_its_version(release: Release) -> None:
    before = versions()
    query("ALTER TABLE t_herten.portal_notice ADD COLUMN extra int")
    release({"0100_extra": BROKEN})
    status = get_status(roll_out())
    assert status is not None
    assert (status.state, status.done, [one.slug for one in status.quarantined]) == ("finished", 19, ["herten"])
    assert (
        status.quarantined[0].error
        == 'DuplicateColumn: 42701 column "extra" of relation "portal_notice" already exists'
    )
    after = versions()
    assert after["herten"] == before["herten"]
    assert {version for slug, version in after.items() if slug != "herten"} == {tenant_graph().version}
    assert as_town("herten", "SELECT count(*) FROM portal_portalprofile") == [(1,)]


def test_too_many_failures_pause_it(release: Release) -> None:
    for schema in ("t_herten", "t_marl", "t_bottrop", "t_datteln"):
        query(f"ALTER TABLE {schema}.portal_notice ADD COLUMN extra int")
    release({"0100_extra": BROKEN})
    rollout_id = roll_out(workers=1, options=Options(max_failures=2))
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.reason) == ("paused", {"code": "failures", "count": 2})
    assert {one.slug for one in status.quarantined} < {"herten", "marl", "bottrop", "datteln"}
    for schema in ("t_herten", "t_marl", "t_bottrop", "t_datteln"):
        query(f"ALTER TABLE {schema}.portal_notice DROP COLUMN extra")
    resume_rollout(actor=SYSTEM, retry=True)
    work(rollout_id)
    assert set(versions().values()) == {tenant_graph().version}
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done) == ("finished", 20)


def test_resumed_without_retry_it_leaves_the_failed_ones_alone(release: Release) -> None:
    query("ALTER TABLE t_herten.portal_notice ADD COLUMN extra int")
    release({"0100_extra": BROKEN})
    rollout_id = roll_out(options=Options(max_failures=1), first=("herten",))
    resume_rollout(actor=SYSTEM)
    work(rollout_id)
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done, len(status.quarantined)) == ("finished", 19, 1)


def test_waves_go_one_after_the_other(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = roll_out(options=Options(pause_after_wave=True), first=("wiesmoor", "hamm"), shares=(50,))
    new = tenant_graph().version
    assert {slug for slug, version in versions().items() if version == new} == {"wiesmoor", "hamm"}
    seen = [2]
    while (status := get_status(rollout_id)) is not None and status.state == RolloutState.PAUSED:
        assert status.reason["code"] == "wave_done"
        resume_rollout(actor=SYSTEM)
        work(rollout_id)
        seen.append(sum(version == new for version in versions().values()))
    assert seen[-1] == 20
    assert len(seen) == len(set(seen)) >= 3


def test_paused_it_takes_no_tenant_and_resumed_all(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    plan = plan_rollout(actor=SYSTEM)
    rollout_id = start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
    pause_rollout(actor=SYSTEM)
    work(rollout_id)
    assert tenant_graph().version not in versions().values()
    resume_rollout(actor=SYSTEM)
    work(rollout_id)
    assert set(versions().values()) == {tenant_graph().version}


def test_aborted_it_leaves_the_rest_where_it_is(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = roll_out(options=Options(pause_after_wave=True), first=("marl",))
    abort_rollout(actor=SYSTEM)
    work(rollout_id)
    status = get_status(rollout_id)
    assert status is not None
    assert status.state == RolloutState.ABORTED
    assert [slug for slug, version in versions().items() if version == tenant_graph().version] == ["marl"]
    with pytest.raises(NotFound):
        resume_rollout(actor=SYSTEM)


def test_only_one_at_a_time(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    plan = plan_rollout(actor=SYSTEM)
    start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
    with pytest.raises(Conflict, match="läuft schon"):
        start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def test_tenants_at_different_versions_are_planned_by_version(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    roll_out(options=Options(pause_after_wave=True), first=("marl", "hamm"))
    abort_rollout(actor=SYSTEM)
    release({"0100_pinned": ADD_COLUMN, "0101_poll": ADD_TABLE})
    plan = plan_rollout(actor=SYSTEM)
    sizes = {len(group.tenants): [node for step in group.steps for node in step.nodes] for group in plan.groups}
    assert sizes == {
        2: [("portal", "0101_poll")],
        18: [("portal", "0100_pinned"), ("portal", "0101_poll")],
    }
    roll_out()
    assert find_drift(subjects()) == []


def test_it_goes_back_where_migrations_have_a_way_back(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_pinned": ADD_COLUMN, "0101_poll": ADD_TABLE})
    roll_out()
    assert "pinned" in columns("gladbeck", "portal_notice")
    roll_out(to=before[:12])
    assert set(versions().values()) == {before}
    assert "pinned" not in columns("gladbeck", "portal_notice")
    assert find_drift(subjects()) == []


def test_a_tenant_that_moved_meanwhile_is_not_touched(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    plan = plan_rollout(actor=SYSTEM)
    rollout_id = start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
    query("UPDATE registry_tenant SET schema_version = 'other' WHERE slug = 'marl'")
    work(rollout_id)
    status = get_status(rollout_id)
    assert status is not None
    assert [one.slug for one in status.quarantined] == ["marl"]
    assert "another version than planned" in status.quarantined[0].error


def test_the_way_back_brings_a_column_again_wherever_it_stood(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_contract": 'contract = True\noperations = [migrations.RemoveField("notice", "level")]'})
    roll_out()
    assert "level" not in columns("gladbeck", "portal_notice")
    roll_out(to=before[:12])
    assert "level" in columns("gladbeck", "portal_notice")
    assert find_drift(subjects()) == []
