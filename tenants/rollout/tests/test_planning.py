"""What a plan says: what is dangerous, what is refused and why, and that what it plans arrives."""

from __future__ import annotations

import pytest

from tenants.provisioning.drift import find_drift
from tenants.provisioning.graph import tenant_graph, version_of
from tenants.provisioning.snapshot import Snapshot
from tenants.rollout import planning
from tenants.rollout.plan import Plan, Refusal
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout
from tenants.rollout.tests.conftest import SYSTEM, Release, as_town, query, roll_out, versions
from tenants.rollout.tests.test_rollout import ADD_COLUMN, ADD_TABLE, subjects
from tenants.rollout.texts import refusal_text

LOSSES = {
    "0100_table": 'operations = [migrations.DeleteModel("Feedback")]',
    "0101_column": 'operations = [migrations.RemoveField("legalpage", "title")]',
    "0102_renamed": 'operations = [migrations.RenameField("legalpage", "body", "content")]',
    "0103_type": 'operations = [migrations.AlterField("legalpage", "language", models.CharField(max_length=1))]',
    "0104_value": 'operations = [migrations.AddField("legalpage", "source", models.TextField(default=""))]',
    "0105_null": 'operations = [migrations.AlterField("notice", "shown_to", models.DateField(default="2099-12-31"))]',
    # Django names every column that a model has: the server's default is for those that it does not know.
    "0106_null": """
operations = [
    migrations.AlterField("openinghours", "weekday", models.PositiveSmallIntegerField(db_default=1)),
]
""",
}


def plan_for(*slugs: str, to: str = "") -> Plan:
    return plan_rollout(actor=SYSTEM, only=slugs, to=to)


def refusals_of(plan: Plan) -> list[tuple[str, str]]:
    for refusal in plan.refusals:
        what, advice = refusal_text(refusal)
        assert what
        assert advice
    return [(refusal.migration.removeprefix("portal."), refusal.code) for refusal in plan.refusals]


def test_the_validation_of_a_constraint_may_follow_in_a_later_release(release: Release) -> None:
    expand = """
operations = [
    AddConstraintNotValid("notice", models.CheckConstraint(
        condition=~models.Q(level__in=["none", "unknown"]), name="notice_of"
    )),
]
"""
    release({"0100_check": expand})
    roll_out(first=("gladbeck",))
    assert_no_drift()
    release({"0100_check": expand, "0101_valid": 'operations = [ValidateConstraint("notice", "notice_of")]'})
    roll_out()
    assert_no_drift()
    assert query("SELECT DISTINCT convalidated FROM pg_constraint WHERE conname = 'notice_of'") == [(True,)]


def test_a_table_may_be_made_renamed_dropped_or_replaced_in_one_rollout(release: Release) -> None:
    release(
        {
            "0100_poll": ADD_TABLE,
            "0101_gone": """
operations = [migrations.CreateModel("Gone", [("id", models.UUIDField(primary_key=True, default=uuid7))])]
""",
            "0102_survey": 'operations = [migrations.RenameModel("Poll", "Survey"), migrations.DeleteModel("Gone")]',
            "0103_anew": """
contract = True
operations = [
    migrations.DeleteModel("Feedback"),
    migrations.CreateModel("Feedback", [("id", models.UUIDField(primary_key=True, default=uuid7))]),
]
""",
        }
    )
    roll_out()
    assert_no_drift()
    for table in ("portal_survey", "portal_feedback"):
        assert as_town("gladbeck", f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 -- one of the two above


def test_two_constraints_that_say_the_same_are_both_kept(release: Release) -> None:
    release(
        {
            "0100_number": """
operations = [migrations.AddField("notice", "number", models.IntegerField(null=True, unique=True))]
""",
            "0101_once": """
operations = [
    migrations.AddConstraint("notice", models.UniqueConstraint(fields=["number"], name="notice_number_once")),
]
""",
        }
    )
    roll_out()
    assert_no_drift()
    uniques = "SELECT count(*) FROM pg_constraint WHERE conrelid = 't_marl.portal_notice'::regclass AND contype = 'u'"
    assert query(uniques) == [(2,)]


def test_rows_and_a_change_of_their_table_may_follow_each_other(release: Release) -> None:
    """In one transaction the server would refuse the change while the rows' references are still to be checked."""
    release(
        {
            "0100_poll": ADD_TABLE.replace("CASCADE)", "CASCADE, null=True)"),
            "0101_row": """
operations = [migrations.RunSQL("INSERT INTO portal_poll (id, question) VALUES (gen_random_uuid(), 'Wann?')")]
""",
            "0102_answer": """
operations = [migrations.AddField("poll", "answer", models.TextField(null=True, unique=True))]
""",
        }
    )
    roll_out()
    assert_no_drift()
    assert as_town("gladbeck", "SELECT question FROM portal_poll") == [("Wann?",)]


def assert_no_drift() -> None:
    status = get_status()
    assert status is not None
    assert (status.state, status.reason, status.quarantined) == ("finished", {}, [])
    assert find_drift(subjects()) == []


def test_what_running_code_would_miss_is_refused(release: Release) -> None:
    release(LOSSES)
    plan = plan_for("gladbeck")
    assert refusals_of(plan) == [
        ("0100_table", "table_gone"),
        ("0101_column", "column_gone"),
        ("0102_renamed", "column_gone"),
        ("0102_renamed", "column_needs_value"),
        ("0103_type", "type_changed"),
        ("0104_value", "column_needs_value"),
        ("0105_null", "column_not_null"),
        ("0106_null", "column_not_null"),
    ]


def test_a_contract_step_may_take_what_older_releases_used(release: Release) -> None:
    release({name: f"contract = True\n{body}" for name, body in LOSSES.items()})
    assert refusals_of(plan_for("gladbeck")) == []


def test_what_comes_and_goes_within_the_rollout_is_nobodys_loss(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN, "0101_not": 'operations = [migrations.RemoveField("notice", "pinned")]'})
    assert refusals_of(plan_for("gladbeck")) == []


def test_kinds_mixed_in_one_migration_are_refused(release: Release) -> None:
    release(
        {
            "0100_mixed": """
def nothing(apps, editor):
    pass
---
operations = [
    migrations.AddField("notice", "pinned", models.BooleanField(db_default=False)), migrations.RunPython(nothing),
]
"""
        }
    )
    plan = plan_for("gladbeck")
    assert plan.refusals == [Refusal("portal.0100_mixed", "mixed_kinds", {"kinds": "data, schema"})]
    assert refusals_of(plan)


@pytest.mark.parametrize(
    "statements",
    [
        '"CREATE INDEX CONCURRENTLY mine ON portal_notice (level)", "UPDATE portal_notice SET level = level"',
        '"CREATE INDEX CONCURRENTLY mine ON portal_notice (level)", "DROP INDEX mine"',
        '"CREATE INDEX CONCURRENTLY ON portal_notice (level)"',
    ],
)
def test_an_index_step_sends_only_what_can_be_sent_again(release: Release, statements: str) -> None:
    """It runs outside of a transaction, and from its start after each crash."""
    release({"0100_index": f"atomic = False\noperations = [migrations.RunSQL([{statements}])]"})
    plan = plan_for("gladbeck")
    assert refusals_of(plan) == [("0100_index", "not_repeatable")]
    assert plan.refusals[0].data["statement"] in refusal_text(plan.refusals[0])[0]


def test_nor_does_its_way_back(release: Release) -> None:
    before = versions()["gladbeck"]
    sql = '"CREATE INDEX CONCURRENTLY mine ON portal_notice (level)", "DROP INDEX mine"'
    release({"0100_index": f"atomic = False\noperations = [migrations.RunSQL({sql})]"})
    roll_out()
    assert refusals_of(plan_for("gladbeck", to=before)) == [("0100_index", "not_repeatable")]


def test_there_is_no_way_back_over_what_can_not_be_taken_back(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_rows": """operations = [migrations.RunSQL("UPDATE portal_notice SET updated_by = ''")]"""})
    roll_out()
    assert refusals_of(plan_for("gladbeck", to=before)) == [("0100_rows", "irreversible")]


def test_a_way_back_that_fails_is_refused_with_its_reason(release: Release) -> None:
    before = versions()["gladbeck"]
    release(
        {
            "0100_poll": ADD_TABLE,
            "0101_open": 'operations = [migrations.AlterField("poll", "notice", models.UUIDField(null=True))]',
            "0102_row": """
operations = [
    migrations.RunSQL(
        "INSERT INTO portal_poll (id, question) VALUES (gen_random_uuid(), 'Wann?')", migrations.RunSQL.noop
    ),
]
""",
        }
    )
    roll_out()
    plan = plan_for("gladbeck", to=before)
    assert refusals_of(plan) == [("0101_open", "fails")]
    assert "NotNullViolation" in refusal_text(plan.refusals[0])[0]
    assert query("SELECT to_regnamespace('tenant_rehearsal')") == [(None,)]


def test_an_older_release_does_not_touch_what_a_newer_one_made(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    roll_out()
    release({})
    assert refusals_of(plan_for("gladbeck")) == [("0100_pinned", "migration_unknown")]


def test_a_migration_that_was_changed_afterwards_is_noticed(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    release({"0100_pinned": ADD_COLUMN.replace("False", "True")})
    plan = plan_for("gladbeck")
    assert [one.code for one in plan.refusals] == ["differs_from_template"]
    assert "portal_notice.pinned" in refusal_text(plan.refusals[0])[0]


def test_there_is_no_way_between_branches() -> None:
    graph = tenant_graph()
    leaves = [node for node in graph.nodes if node[0] == "staff"][-1], [n for n in graph.nodes if n[0] == "portal"][-1]
    here, there = (tuple(node for node in graph.nodes if node != leaf) for leaf in leaves)
    start, target = (Snapshot(version_of(nodes), nodes, (), (), ()) for nodes in (here, there))
    _direction, pending, refusals = planning._way(graph, start, target)
    assert pending == []
    assert [one.code for one in refusals] == ["other_branch"]
    assert start.version[:12] in refusal_text(refusals[0])[0]
