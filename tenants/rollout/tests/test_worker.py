"""What a worker does when things are not as they were: the database away, the tenant gone, a newer plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections
from psycopg import errors

from tenants.context import as_migration
from tenants.rollout import claims, executing, failures
from tenants.rollout.models import TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, query, work
from tenants.rollout.tests.test_rollout import ADD_COLUMN, ADD_TABLE, BROKEN
from tenants.rollout.tests.test_steps import INDEX
from tenants.rollout.worker import Bell, OlderReleaseError, Outcome, Worker


def start(*slugs: str) -> UUID:
    plan = plan_rollout(actor=SYSTEM, only=slugs)
    return start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def row_of(slug: str) -> TenantRollout:
    with as_migration():
        return TenantRollout.objects.get(slug=slug)


def test_it_gives_up_when_the_database_stays_away(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = start("marl")
    default = connections["default"]
    port = default.settings_dict["PORT"]
    connections.close_all()
    default.settings_dict["PORT"] = "1"
    try:
        with pytest.raises(OperationalError):
            Worker(rollout_id, patience_seconds=0.0).run()
    finally:
        default.settings_dict["PORT"] = port
    assert (row_of("marl").state, row_of("marl").attempts) == (TenantState.WAITING, 0)


def test_who_has_nothing_to_do_hears_at_once_that_a_wave_is_open_or_all_is_over(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    release({"0100_pinned": ADD_COLUMN})
    plan = plan_rollout(actor=SYSTEM, only=("marl", "hamm", "dorsten"))
    rollout_id = start_rollout(actor=SYSTEM, plan=plan, options=QUICK, first=("marl",))
    woken: list[bool] = []
    wait = Bell.wait
    monkeypatch.setattr(Bell, "wait", lambda bell, _seconds, *, since: woken.append(wait(bell, 60, since=since)))
    work(rollout_id, workers=4)
    status = get_status(rollout_id)
    assert status is not None
    assert status.done == 3
    assert woken
    assert all(woken), "nobody waited for the time to pass"


def test_a_step_whose_commit_was_not_answered_counts_as_done(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = start("marl", "hamm")
    worker = Worker(rollout_id)
    assert worker.work_once() is Outcome.WORKED
    done = next(slug for slug in ("marl", "hamm") if row_of(slug).state == TenantState.DONE)
    worker._running = (row_of(done).id, 0)  # as it stands when the connection is lost during the commit
    assert worker.work_once() is Outcome.WORKED
    assert (row_of(done).state, row_of(done).attempts, row_of(done).error) == (TenantState.DONE, 0, "")


def test_a_lost_connection_counts_as_a_failed_try(release: Release) -> None:
    """What ends the server's process may be the step itself: it is not tried for ever."""
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = start("marl")
    worker = Worker(rollout_id)
    worker._load()
    for attempt in range(1, QUICK.attempts + 1):
        worker._running = (row_of("marl").id, 0)
        worker._note_interrupted()
        assert row_of("marl").attempts == attempt
    assert row_of("marl").state == TenantState.QUARANTINED


@pytest.mark.parametrize(
    ("cause", "is_lost"),
    [
        (errors.AdminShutdown, True),
        (errors.CrashShutdown, True),
        (errors.CannotConnectNow, True),
        (errors.OperationalError, True),  # the driver's own: the server closed the connection unexpectedly
        (errors.LockNotAvailable, False),
        (errors.DiskFull, False),
    ],
)
def test_a_cut_connection_is_no_fault_of_the_tenant(db: None, cause: type[errors.Error], *, is_lost: bool) -> None:
    """The error comes before the driver calls the connection closed."""
    problem = OperationalError("the end")
    problem.__cause__ = cause("the end")
    with as_migration(), connection.cursor():
        assert failures.is_connection_lost(problem) is is_lost


def test_a_tenant_that_is_gone_is_left_out(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = start("marl", "hamm")
    with as_migration():
        TenantRollout.objects.filter(slug="marl").update(tenant_id=UUID(int=1))
    work(rollout_id)
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done, sum(wave.skipped for wave in status.waves)) == ("finished", 1, 1)
    assert query("SELECT count(*) FROM t_marl.django_migrations WHERE name = '0100_pinned'") == [(0,)]


def test_an_older_release_does_not_carry_out_a_newer_plan(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN, "0101_poll": ADD_TABLE})
    rollout_id = start("marl")
    release({"0100_pinned": ADD_COLUMN})
    with pytest.raises(OlderReleaseError, match="0101_poll"):
        work(rollout_id)
    assert row_of("marl").state == TenantState.WAITING


@pytest.mark.parametrize("is_index", [False, True])
def test_a_town_removed_while_it_failed_holds_nobody_up(
    release: Release, monkeypatch: pytest.MonkeyPatch, *, is_index: bool
) -> None:
    """Its row goes with it, between the failure and the note of it: the others go on."""
    query("ALTER TABLE t_herten.portal_notice ADD COLUMN extra int")
    query("CREATE INDEX notice_level ON t_herten.portal_notice (shown_from)")
    release({"0100_index": INDEX} if is_index else {"0100_extra": BROKEN})
    rollout_id = start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=QUICK, first=("herten",))
    note = claims.note_failure

    def removed(row_id: UUID, problem: BaseException, **more: Any) -> None:
        query("DELETE FROM rollout_tenantrollout WHERE id = %s", str(row_id))
        note(row_id, problem, **more)

    monkeypatch.setattr(claims, "note_failure", removed)
    work(rollout_id)
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done, status.tenants) == ("finished", 19, 19)


def test_a_town_removed_while_its_index_was_built_holds_nobody_up(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    release({"0100_index": INDEX})
    rollout_id = start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=QUICK, first=("herten",))
    build = executing.run_index_statements

    def removed(way: executing.Way, options: Options) -> None:
        build(way, options)
        query("DELETE FROM rollout_tenantrollout WHERE slug = 'herten'")

    monkeypatch.setattr(executing, "run_index_statements", removed)
    work(rollout_id, workers=1)
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done, len(status.quarantined)) == ("finished", 19, 0)
