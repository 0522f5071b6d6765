"""How steps of each kind are carried out: data in batches, data in one piece, and concurrent indexes."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError

from tenants.names import tenant_role
from tenants.provisioning.drift import find_drift
from tenants.rollout.models import RolloutState
from tenants.rollout.selectors import RolloutStatus, get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release, columns, query, roll_out, versions
from tenants.rollout.tests.test_rollout import subjects
from tenants.rollout.worker import Outcome, Worker

COUNTER = 'operations = [migrations.AddField("notice", "counter", models.IntegerField(db_default=0))]'
COUNT = """
def count(apps, editor, after, size):
    rows = apps.get_model("portal", "Notice").objects.order_by("id")
    keys = list((rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)[:size])
    rows.filter(id__in=keys).update(counter=models.F("counter") + 1)
    return str(keys[-1]) if keys else None


def count_back(apps, editor, after, size):
    apps.get_model("portal", "Notice").objects.update(counter=0)
    return None
---
operations = [RunInBatches(count, reverse_batch=count_back, size=2)]
"""
INDEX = """
atomic = False
operations = [AddIndexConcurrently("notice", models.Index(fields=["level"], name="notice_level"))]
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 't_gladbeck' AND indexname = 'notice_level'"


def notices(number: int) -> None:
    query(
        "INSERT INTO t_gladbeck.portal_notice (id, level, texts, shown_from, created_at, updated_at, updated_by) "
        "SELECT gen_random_uuid(), 'info', '{}', now(), now(), now(), '' FROM generate_series(1, %s::int)",
        str(number),
    )


def start(*, to: str = "") -> UUID:
    """Start a rollout in one town."""
    plan = plan_rollout(actor=SYSTEM, only=["gladbeck"], to=to)
    assert plan.refusals == []
    return start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def work_off(rollout_id: UUID) -> RolloutStatus:
    """Work in this thread until it is over."""
    Worker(rollout_id).run()
    status = get_status(rollout_id)
    assert status is not None
    return status


def counters() -> list[int]:
    return sorted(counter for (counter,) in query("SELECT counter FROM t_gladbeck.portal_notice"))


def drift_of_gladbeck() -> list[str]:
    return [str(one) for one in find_drift([one for one in subjects() if one.schema == "t_gladbeck"])]


def test_a_data_migration_goes_on_after_its_last_batch(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(5)
    release({"0100_counter": COUNTER, "0101_count": COUNT})
    rollout_id = start()
    first = Worker(rollout_id)
    assert [first.work_once() for _ in range(3)] == [Outcome.WORKED] * 3  # the column, and two batches
    assert counters() == [0, 1, 1, 1, 1]
    assert versions()["gladbeck"] != first._plan.target  # type: ignore[union-attr]  # loaded by its first look
    status = work_off(rollout_id)
    assert (status.state, status.done) == (RolloutState.FINISHED, 1)
    assert counters() == [1] * 5
    assert drift_of_gladbeck() == []


def test_batches_are_taken_back_in_batches(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_counter": COUNTER})
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(3)
    middle = plan_rollout(actor=SYSTEM, only=["gladbeck"]).target
    release({"0100_counter": COUNTER, "0101_count": COUNT})
    work_off(start())
    assert counters() == [1, 1, 1]
    assert work_off(start(to=middle)).done == 1
    assert counters() == [0, 0, 0]
    assert work_off(start(to=before)).done == 1
    assert versions()["gladbeck"] == before


def test_what_only_the_way_back_does_is_done_there(release: Release) -> None:
    python = """
def back(apps, editor):
    apps.get_model("portal", "Notice").objects.update(counter=7)
---
operations = [migrations.RunPython(migrations.RunPython.noop, back)]
"""
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    release({"0100_counter": COUNTER})
    middle = plan_rollout(actor=SYSTEM, only=["gladbeck"]).target
    release({"0100_counter": COUNTER, "0101_back": python})
    assert work_off(start()).done == 1
    assert counters() == [0, 0]
    assert work_off(start(to=middle)).done == 1
    assert counters() == [7, 7]


def test_a_comment_hides_no_broken_index(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    sql = "/* one */ CREATE UNIQUE INDEX CONCURRENTLY notice_level ON portal_notice (level) -- each"
    release({"0100_index": f'atomic = False\noperations = [migrations.RunSQL("{sql}", migrations.RunSQL.noop)]'})
    assert [one.error[:22] for one in work_off(start()).quarantined] == ["UniqueViolation: 23505"]
    assert query(INDEXES) == []


def test_ordinary_python_runs_once_with_the_models_of_its_time(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    python = """
def count(apps, editor):
    notice = apps.get_model("portal", "Notice")
    assert {field.name for field in notice._meta.fields} >= {"counter"}
    notice.objects.update(counter=models.F("counter") + 1)
---
operations = [migrations.RunPython(count), migrations.RunPython(count)]
"""
    later = 'contract = True\noperations = [migrations.RemoveField("notice", "counter")]'
    release({"0100_counter": COUNTER, "0101_count": python})
    status = work_off(start())
    assert (status.state, status.done) == (RolloutState.FINISHED, 1)
    assert counters() == [2, 2]
    release({"0100_counter": COUNTER, "0101_count": python, "0102_gone": later})
    work_off(start())
    assert "counter" not in columns("gladbeck", "portal_notice")


def test_a_failing_data_migration_leaves_no_row_changed(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    failing = """
def count(apps, editor):
    notice = apps.get_model("portal", "Notice")
    notice.objects.update(counter=7)
    if notice.objects.exists():
        raise ValueError("no")
---
operations = [migrations.RunPython(count)]
"""
    release({"0100_counter": COUNTER, "0101_count": failing})
    status = work_off(start())
    assert [(one.slug, one.error[:12], one.step) for one in status.quarantined] == [("gladbeck", "ValueError: ", 1)]
    assert counters() == [0, 0]
    assert drift_of_gladbeck() == []  # at the version between the two, as the registry says


def test_an_index_comes_and_goes_beside_everybody_else(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_counter": COUNTER, "0101_index": INDEX})
    rollout_id = start()
    worker = Worker(rollout_id)
    assert worker.work_once() is Outcome.WORKED
    assert query(INDEXES) == []  # another worker may have taken the town by now: each step is taken anew
    assert worker.work_once() is Outcome.WORKED
    assert len(query(INDEXES)) == 1
    assert work_off(rollout_id).done == 1
    assert drift_of_gladbeck() == []
    assert work_off(start(to=before)).done == 1
    assert query(INDEXES) == []


def test_what_is_left_of_a_broken_build_is_replaced(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    with pytest.raises(IntegrityError):
        query("CREATE UNIQUE INDEX CONCURRENTLY notice_level ON t_gladbeck.portal_notice (level)")
    assert "UNIQUE" in query(INDEXES)[0][0]
    release({"0100_index": INDEX})
    assert work_off(start()).done == 1
    assert "UNIQUE" not in query(INDEXES)[0][0]
    assert drift_of_gladbeck() == []


def test_a_build_that_fails_leaves_no_index_behind(release: Release) -> None:
    query("DELETE FROM t_gladbeck.portal_notice")
    notices(2)
    release(
        {
            "0100_index": """
atomic = False
operations = [
    migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY notice_level ON portal_notice (level)", migrations.RunSQL.noop),
]
"""
        }
    )
    status = work_off(start())
    assert [(one.slug, one.error[:22]) for one in status.quarantined] == [("gladbeck", "UniqueViolation: 23505")]
    assert query(INDEXES) == []
    assert drift_of_gladbeck() == []


def test_indexes_of_many_towns_are_built_side_by_side(release: Release) -> None:
    """Builds of partial indexes wait for each other's snapshots, and two that do are a deadlock that passes."""
    release({"0100_index": INDEX.replace("name=", 'condition=~models.Q(level=""), name=')})
    status = get_status(roll_out(workers=4))
    assert status is not None
    assert (status.state, status.done) == (RolloutState.FINISHED, 20)
    assert find_drift(subjects()) == []


def test_a_build_that_was_finished_but_not_noted_is_noted(release: Release) -> None:
    release({"0100_index": INDEX})
    rollout_id = start()
    query("CREATE INDEX CONCURRENTLY notice_level ON t_gladbeck.portal_notice (level)")
    assert work_off(rollout_id).done == 1
    assert drift_of_gladbeck() == []


@pytest.mark.parametrize("sql", ["CREATE INDEX CONCURRENTLY", "CREATE INDEX CONCURRENTLY IF NOT EXISTS"])
def test_another_index_of_the_same_name_does_not_count(release: Release, sql: str) -> None:
    """Neither is it dropped: whoever made it may need it."""
    statement = f"{sql} notice_level ON portal_notice (level)"
    release({"0100_index": f'atomic = False\noperations = [migrations.RunSQL("{statement}")]'})
    rollout_id = start()
    query("CREATE INDEX notice_level ON t_gladbeck.portal_notice (shown_from)")
    (failed,) = work_off(rollout_id).quarantined
    assert "another index named notice_level" in failed.error
    assert "(shown_from)" in query(INDEXES)[0][0]


def test_an_index_is_known_by_the_name_that_the_server_gives_it(release: Release) -> None:
    """A build that was finished but not noted is found again; quoted names keep what plain ones lose."""
    statements = [
        "CREATE INDEX CONCURRENTLY Notice_Level ON portal_notice (level)",
        'CREATE INDEX CONCURRENTLY "Notice ""Level""" ON portal_notice (level)',
    ]
    release({"0100_index": f"atomic = False\noperations = [migrations.RunSQL({statements!r})]"})
    rollout_id = start()
    for statement in statements:
        query(statement.replace("portal_notice", "t_gladbeck.portal_notice"))
    assert work_off(rollout_id).done == 1
    assert drift_of_gladbeck() == []


def test_what_can_be_half_done_is_refused_before_any_town_is_touched(release: Release) -> None:
    release({"0100_vacuum": 'atomic = False\noperations = [migrations.RunSQL("VACUUM portal_notice")]'})
    plan = plan_rollout(actor=SYSTEM, only=["gladbeck"])
    assert [(one.migration, one.code) for one in plan.refusals] == [("portal.0100_vacuum", "not_atomic")]


def generation() -> int:
    """Return how often pages of Gladbeck were made anew."""
    role = tenant_role("t_gladbeck")
    return int(query("SELECT number FROM registry_generation WHERE scope = %s", role)[0][0])


@pytest.mark.parametrize(
    ("more", "is_changed"),
    [
        ({"0100_counter": COUNTER}, False),
        ({"0100_counter": COUNTER, "0101_count": COUNT}, True),
        ({"0100_rows": """operations = [migrations.RunSQL("UPDATE portal_notice SET updated_by = ''")]"""}, True),
    ],
)
def test_pages_are_made_anew_where_rows_were_changed(
    release: Release,
    more: dict[str, str],
    is_changed: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    release(more)
    before = generation()
    work_off(start())
    assert (generation() != before) is is_changed
