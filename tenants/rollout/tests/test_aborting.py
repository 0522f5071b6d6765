"""Ending a rollout in the middle of concurrent indexes, and two rollouts that meet in the same town."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, connections

from tenants.context import as_migration
from tenants.errors import Conflict, NotFound
from tenants.provisioning.drift import find_drift
from tenants.rollout import executing, services
from tenants.rollout.executing import Way
from tenants.rollout.models import Rollout, RolloutState, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.services import abort_rollout, plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, query, versions
from tenants.rollout.tests.test_rollout import subjects
from tenants.rollout.tests.test_steps import INDEX, work_off
from tenants.rollout.worker import Outcome, Worker

TWO = """
atomic = False
operations = [
    AddIndexConcurrently("notice", models.Index(fields=["level"], name="notice_level")),
    AddIndexConcurrently("notice", models.Index(fields=["level", "id"], name="notice_both")),
]
"""
REPLACE = """
atomic = False
operations = [
    RemoveIndexConcurrently("notice", "notice_level"),
    AddIndexConcurrently("notice", models.Index(fields=["level", "id"], name="notice_level")),
]
"""
Run = Callable[[Way, Options], None]


class KilledError(BaseException):
    """The process ends here."""


def start(*slugs: str) -> UUID:
    plan = plan_rollout(actor=SYSTEM, only=slugs)
    assert plan.refusals == []
    return start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def rows(rollout_id: UUID) -> dict[str, TenantRollout]:
    with as_migration():
        return {row.slug: row for row in TenantRollout.objects.filter(rollout=rollout_id)}


def indexes(slug: str) -> list[str]:
    """Return which of the tests' indexes are there, by their columns."""
    found = query(
        "SELECT split_part(indexdef, ' btree ', 2) FROM pg_indexes "
        "WHERE schemaname = %s AND indexname LIKE 'notice\\_%%' ORDER BY 1",
        f"t_{slug}",
    )
    return [definition for (definition,) in found]


def drift_of(slug: str) -> list[str]:
    return [str(one) for one in find_drift([one for one in subjects() if one.schema == f"t_{slug}"])]


@pytest.fixture
def while_building(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Run, Way, Options], None]], None]:
    """Return a way to have workers do something else at the place where they build indexes."""

    def replace(act: Callable[[Run, Way, Options], None]) -> None:
        run = executing.run_index_statements
        monkeypatch.setattr(executing, "run_index_statements", lambda way, options: act(run, way, options))

    return replace


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a way to have a worker killed once it has sent the first so many statements of an index step."""

    def work(rollout_id: UUID, *, statements: int) -> None:
        def build(way: Way, _options: Options) -> None:
            with as_migration(way.schema), connection.cursor() as cursor:
                for statement in way.step.statements[:statements]:
                    cursor.execute(statement.sql)
            raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr(executing, "run_index_statements", build)
            with pytest.raises(KilledError):
                Worker(rollout_id).work_once()

    return work


@pytest.fixture
def with_index(release: Release) -> Release:
    """Have an index everywhere that the tests' next release replaces."""
    release({"0100_index": INDEX})
    work_off(start("gladbeck", "marl"))
    release({"0100_index": INDEX, "0101_replace": REPLACE})
    return release


def test_an_index_of_towns_that_nobody_touched_stays(with_index: Release) -> None:
    rollout_id = start("gladbeck", "marl")
    abort_rollout(actor=SYSTEM)
    assert [(row.state, row.step) for row in rows(rollout_id).values()] == [(TenantState.SKIPPED, 0)] * 2
    for slug in ("gladbeck", "marl"):
        assert indexes(slug) == ["(level)"]
        assert drift_of(slug) == []


def test_an_index_that_was_to_be_replaced_stays_while_it_is_there(
    with_index: Release, killed_after: Callable[..., None]
) -> None:
    rollout_id = start("gladbeck")
    killed_after(rollout_id, statements=0)
    abort_rollout(actor=SYSTEM)
    assert (rows(rollout_id)["gladbeck"].state, rows(rollout_id)["gladbeck"].progress) == (TenantState.SKIPPED, {})
    assert indexes("gladbeck") == ["(level)"]
    assert drift_of("gladbeck") == []


@pytest.mark.parametrize("statements", [1, 2])
def test_an_index_that_is_gone_is_replaced_after_all(
    with_index: Release, killed_after: Callable[..., None], statements: int
) -> None:
    rollout_id = start("gladbeck")
    killed_after(rollout_id, statements=statements)
    abort_rollout(actor=SYSTEM)
    assert rows(rollout_id)["gladbeck"].state == TenantState.DONE
    assert indexes("gladbeck") == ["(level, id)"]
    assert drift_of("gladbeck") == []


def test_what_a_killed_worker_has_built_is_dropped(release: Release, killed_after: Callable[..., None]) -> None:
    release({"0100_two": TWO})
    rollout_id = start("gladbeck")
    killed_after(rollout_id, statements=1)
    assert indexes("gladbeck") == ["(level)"]
    abort_rollout(actor=SYSTEM)
    assert (rows(rollout_id)["gladbeck"].state, indexes("gladbeck")) == (TenantState.SKIPPED, [])
    assert drift_of("gladbeck") == []


def test_what_a_killed_worker_has_finished_is_recorded(release: Release, killed_after: Callable[..., None]) -> None:
    release({"0100_two": TWO})
    rollout_id = start("gladbeck")
    killed_after(rollout_id, statements=2)
    abort_rollout(actor=SYSTEM)
    assert rows(rollout_id)["gladbeck"].state == TenantState.DONE
    assert drift_of("gladbeck") == []


def test_an_abort_that_was_cut_off_is_taken_up_again(
    release: Release, killed_after: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_rollout: Rollout) -> list[str]:
        raise KilledError

    release({"0100_two": TWO})
    rollout_id = start("gladbeck", "marl")
    killed_after(rollout_id, statements=1)
    with monkeypatch.context() as patch:
        patch.setattr(services, "settle_indexes", killed)
        with pytest.raises(KilledError):
            abort_rollout(actor=SYSTEM)
    with as_migration():  # as if it had ended even before it left anybody out
        TenantRollout.objects.filter(rollout=rollout_id).update(state=TenantState.WAITING)
    assert sorted(indexes("gladbeck") + indexes("marl")) == ["(level)"]
    assert abort_rollout(actor=SYSTEM) == rollout_id
    assert [row.state for row in rows(rollout_id).values()] == [TenantState.SKIPPED] * 2
    assert indexes("gladbeck") + indexes("marl") == []
    with pytest.raises(NotFound):
        abort_rollout(actor=SYSTEM)
    assert query("SELECT count(*) FROM audit_auditentry WHERE action = 'rollout.aborted'") == [(1,)]


def test_one_town_whose_index_can_not_be_settled_holds_up_no_other(
    release: Release, killed_after: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    release({"0100_two": TWO})
    rollout_id = start("gladbeck", "marl")
    killed_after(rollout_id, statements=1)
    with as_migration():  # another worker takes the other one
        TenantRollout.objects.filter(rollout=rollout_id, progress={}).update(wave=0, place=0)
        TenantRollout.objects.filter(rollout=rollout_id).exclude(progress={}).update(place=1)
    killed_after(rollout_id, statements=1)
    assert indexes("gladbeck") == indexes("marl") == ["(level)"]
    settle = executing.settle_index_statements

    def fail(way: Way, options: Options, **more: Any) -> bool:
        if way.schema == "t_gladbeck":
            message = "not now"
            raise ProgrammingError(message)
        return settle(way, options, **more)

    with monkeypatch.context() as patch:
        patch.setattr(executing, "settle_index_statements", fail)
        with pytest.raises(Conflict, match=r"noch halb gebaut: gladbeck\."):
            abort_rollout(actor=SYSTEM)
    assert (indexes("gladbeck"), indexes("marl")) == (["(level)"], [])
    assert abort_rollout(actor=SYSTEM) == rollout_id
    assert indexes("gladbeck") == []


def test_two_rollouts_do_not_build_in_the_same_town(
    release: Release, while_building: Callable[[Callable[[Run, Way, Options], None]], None]
) -> None:
    release({"0100_two": TWO})
    plan = plan_rollout(actor=SYSTEM, only=["gladbeck"])
    first = start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
    seen: list[object] = []

    def start_another() -> None:
        with as_migration():  # an abort that was cut off before it settled anything
            Rollout.objects.filter(id=first).update(state=RolloutState.ABORTED)
            TenantRollout.objects.filter(rollout=first).update(state=TenantState.SKIPPED)
        second = start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
        worker = Worker(second)
        seen.extend([worker.work_once(), worker._elsewhere == {rows(second)["gladbeck"].id}, second])
        connections.close_all()

    def build(run: Run, way: Way, options: Options) -> None:
        if not seen:
            thread = threading.Thread(target=start_another)
            thread.start()
            thread.join()
        run(way, options)

    while_building(build)
    assert Worker(first).work_once() is Outcome.WORKED
    assert seen[:2] == [Outcome.WORKED, True]
    assert rows(first)["gladbeck"].state == TenantState.DONE
    assert versions()["gladbeck"] == plan.target
    assert drift_of("gladbeck") == []


def test_an_index_is_not_recorded_in_a_town_that_has_moved_meanwhile(
    release: Release, while_building: Callable[[Callable[[Run, Way, Options], None]], None]
) -> None:
    def build(run: Run, way: Way, options: Options) -> None:
        run(way, options)
        query("UPDATE registry_tenant SET schema_version = 'other' WHERE slug = 'gladbeck'")

    release({"0100_index": INDEX})
    rollout_id = start("gladbeck")
    while_building(build)
    assert Worker(rollout_id).work_once() is Outcome.WORKED
    row = rows(rollout_id)["gladbeck"]
    assert (row.state, row.step) == (TenantState.QUARANTINED, 0)
    assert "another version than planned" in row.error
    assert query("SELECT count(*) FROM t_gladbeck.django_migrations WHERE name = '0100_index'") == [(0,)]
