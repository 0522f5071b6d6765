"""What is tried again, how often, and after how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError
from django.utils import timezone
from psycopg import errors

from tenants.context import as_migration
from tenants.rollout import claims, executing
from tenants.rollout.executing import Way
from tenants.rollout.models import TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, as_town, query, roll_out, versions
from tenants.rollout.tests.test_rollout import ADD_COLUMN
from tenants.rollout.tests.test_steps import notices

SLOW_WHERE_ROWS_ARE = """
operations = [
    migrations.RunSQL("DO $$ BEGIN PERFORM pg_sleep(2) FROM portal_notice WHERE level = 'slow'; END $$"),
]
"""


def row_of(slug: str) -> TenantRollout:
    with as_migration():
        return TenantRollout.objects.get(slug=slug)


def failed_with(cause: Exception) -> OperationalError:
    problem = OperationalError("refused")
    problem.__cause__ = cause
    return problem


def waiting_town(release: Release) -> UUID:
    """Start a rollout that nobody works on, and return the row of its only town."""
    release({"0100_pinned": ADD_COLUMN})
    start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM, only=["marl"]), options=Options())
    return row_of("marl").id


def test_a_statement_that_takes_too_long_is_ended_tried_once_more_and_given_up(release: Release) -> None:
    before = versions()["gladbeck"]
    notices(1)
    query("UPDATE t_gladbeck.portal_notice SET level = 'slow'")
    release({"0100_slow": SLOW_WHERE_ROWS_ARE})
    begun = timezone.now()
    roll_out(options=replace(QUICK, statement_seconds=0.2))
    status = get_status()
    assert status is not None
    assert (status.state, status.done) == ("finished", 19)
    (failed,) = status.quarantined
    assert (failed.slug, failed.attempts) == ("gladbeck", 2)
    assert failed.error.startswith("QueryCanceled: 57014")
    assert timezone.now() - begun < timedelta(seconds=60)
    assert versions()["gladbeck"] == before
    assert as_town("gladbeck", "SELECT count(*) > 0 FROM portal_notice") == [(True,)]


def test_each_pause_is_twice_as_long_up_to_the_longest() -> None:
    pauses = [Options().backoff(attempt) for attempt in range(1, 10)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


@pytest.mark.parametrize("cause", [errors.LockNotAvailable, errors.DiskFull, errors.TooManyConnections])
def test_what_may_pass_is_tried_again_ever_later_and_then_given_up(release: Release, cause: type[errors.Error]) -> None:
    row_id, options = waiting_town(release), Options()
    for attempt in range(1, options.attempts):
        before = timezone.now()
        claims.note_failure(row_id, failed_with(cause("no")), step=0, options=options)
        row = row_of("marl")
        assert (row.state, row.attempts) == (TenantState.WAITING, attempt)
        pause = (row.not_before - before).total_seconds()
        assert options.backoff(attempt) / 2 <= pause <= options.backoff(attempt) + 1
    claims.note_failure(row_id, failed_with(cause("no")), step=0, options=options)
    assert (row_of("marl").state, row_of("marl").attempts) == (TenantState.QUARANTINED, options.attempts)


def test_what_does_not_pass_is_not_tried_again(release: Release) -> None:
    claims.note_failure(waiting_town(release), failed_with(errors.UndefinedTable("no")), step=0, options=Options())
    assert (row_of("marl").state, row_of("marl").attempts) == (TenantState.QUARANTINED, 1)


def test_a_server_short_of_something_is_asked_again(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    run = executing.run_schema_step
    refused: list[str] = []

    def full_at_first(way: Way) -> None:
        if refused.count(way.schema) < 2:
            refused.append(way.schema)
            raise OperationalError from errors.DiskFull()
        run(way)

    monkeypatch.setattr(executing, "run_schema_step", full_at_first)
    release({"0100_pinned": ADD_COLUMN})
    roll_out()
    status = get_status()
    assert status is not None
    assert (status.state, status.done, status.quarantined) == ("finished", 20, [])
    assert len(refused) == 40
