"""What a plan says of releases that are dangerous for towns in use, with advice and the time it takes."""

from __future__ import annotations

import pytest

from tenants.rollout.plan import Danger, Plan, plan_from_json
from tenants.rollout.tests.conftest import Release, query
from tenants.rollout.tests.test_planning import plan_for, refusals_of
from tenants.rollout.tests.test_rollout import ADD_COLUMN
from tenants.rollout.tests.test_steps import notices
from tenants.rollout.texts import danger_text

POLL = """
operations = [
    migrations.CreateModel("Poll", [
        ("id", models.UUIDField(primary_key=True, default=uuid7)),
        ("question", models.CharField(max_length=200, unique=True)),
        ("notice", models.ForeignKey("portal.notice", on_delete=models.CASCADE, null=True)),
    ]),
    migrations.AddIndex("poll", models.Index(fields=["question"], name="poll_question")),
    migrations.AddConstraint("poll", models.CheckConstraint(condition=~models.Q(question=""), name="poll_asks")),
    migrations.RunSQL("INSERT INTO portal_poll (id, question) VALUES (gen_random_uuid(), 'Wann?')"),
]
"""
DANGEROUS = {
    "0100_rewrite": """
contract = True
operations = [migrations.RunSQL("ALTER TABLE portal_notice ALTER COLUMN level TYPE char(20)")]
""",
    "0101_index": """
operations = [migrations.AddIndex("notice", models.Index(fields=["shown_from"], name="notice_from"))]
""",
    "0102_unique": """
operations = [
    migrations.AddConstraint("notice", models.UniqueConstraint(fields=["id", "shown_from"], name="notice_once")),
]
""",
    "0103_check": """
operations = [
    migrations.AddConstraint("notice", models.CheckConstraint(condition=~models.Q(level="x"), name="notice_level")),
]
""",
    "0104_not_null": """
contract = True
operations = [migrations.AlterField("notice", "shown_to", models.DateField(db_default=models.Value("2099-12-31")))]
""",
    "0105_rows": """
operations = [migrations.RunSQL("UPDATE portal_notice SET updated_by = ''")]
""",
}


def dangers_of(plan: Plan) -> set[Danger]:
    steps = [step for group in plan.groups for step in group.steps]
    return {danger for step in steps for statement in step.statements for danger in statement.dangers}


def test_each_danger_is_named_with_its_table_and_advice(release: Release) -> None:
    release(DANGEROUS)
    plan = plan_for("gladbeck")
    assert refusals_of(plan) == []
    found = dangers_of(plan)
    assert {danger.code for danger in found} == {
        "table_rewrite", "index_blocks_writes", "index_blocks_all", "constraint_scans", "not_null_scans",
        "rows_in_schema_step", "binds_running",
    }  # fmt: skip
    assert {danger.table for danger in found} == {"portal_notice"}
    for danger in found:
        what, advice = danger_text(danger)
        assert "portal_notice" in what
        assert advice
    assert plan.groups[0].seconds_per_tenant > 0
    assert plan_from_json(plan.as_json()) == plan


UNSEEN_BY_NAME = {
    "0100_positive": 'operations = [migrations.AddField("notice", "n", models.PositiveIntegerField(db_default=0))]',
    "0101_unique": 'operations = [migrations.AddField("notice", "u", models.IntegerField(null=True, unique=True))]',
    "0102_collation": """
contract = True
operations = [
    migrations.AddIndex("legalpage", models.Index(fields=["title"], name="page_title")),
    migrations.AlterField("legalpage", "title", models.CharField(max_length=200, db_collation="C")),
]
""",
    "0103_with": """
operations = [migrations.RunSQL("WITH x AS (SELECT 1) UPDATE portal_openinghours SET weekday = weekday")]
""",
}


def test_a_danger_is_told_by_what_a_statement_does(release: Release) -> None:
    release(UNSEEN_BY_NAME)
    plan = plan_for("gladbeck")
    assert refusals_of(plan) == []
    assert {(danger.code, danger.table) for danger in dangers_of(plan)} == {
        ("constraint_scans", "portal_notice"),
        ("index_blocks_all", "portal_notice"),
        ("index_blocks_writes", "portal_legalpage"),
        ("index_rebuilt", "portal_legalpage"),
        ("rows_in_schema_step", "portal_openinghours"),
    }
    for danger in dangers_of(plan):
        assert all(danger_text(danger))


def test_what_is_dangerous_takes_time_in_large_tables(release: Release) -> None:
    release({"0100_unique": UNSEEN_BY_NAME["0101_unique"]})
    seconds = plan_for("gladbeck").groups[0].seconds_per_tenant
    notices(50_000)
    query("ANALYZE t_gladbeck.portal_notice")
    assert plan_for("gladbeck").groups[0].seconds_per_tenant > seconds + 0.1


def test_what_is_asked_of_rows_that_running_code_writes_is_named(release: Release) -> None:
    once = """
operations = [
    migrations.AddConstraint("notice", models.UniqueConstraint(fields=["level", "shown_from"], name="notice_once")),
]
"""
    release({"0100_once": once})
    assert Danger("binds_running", "portal_notice") in dangers_of(plan_for("gladbeck"))
    release({"0100_once": f"contract = True\n{once}"})
    assert Danger("binds_running", "portal_notice") not in dangers_of(plan_for("gladbeck"))


def test_nothing_is_dangerous_for_a_table_that_the_rollout_makes(release: Release) -> None:
    release({"0100_poll": POLL})
    plan = plan_for("gladbeck")
    assert (plan.refusals, dangers_of(plan)) == ([], set())


def test_what_runs_without_blocking_is_not_dangerous(release: Release) -> None:
    release(
        {
            "0100_pinned": ADD_COLUMN,
            "0101_index": """
atomic = False
operations = [AddIndexConcurrently("notice", models.Index(fields=["pinned"], name="notice_pinned"))]
""",
            "0102_check": """
operations = [
    AddConstraintNotValid("notice", models.CheckConstraint(condition=~models.Q(level="x"), name="notice_level")),
]
""",
        }
    )
    plan = plan_for("gladbeck")
    # Not checked against the rows that are there, but asked of each that is written from now on.
    assert (plan.refusals, dangers_of(plan)) == ([], {Danger("binds_running", "portal_notice")})
    assert [step.kind for step in plan.groups[0].steps] == ["schema", "index", "schema"]
    assert plan.groups[0].steps[1].statements[0].locks == {"": ["ShareUpdateExclusiveLock"]}


def test_a_constraint_is_validated_without_the_locks_of_what_went_before_it(release: Release) -> None:
    release(
        {
            "0100_check": """
operations = [
    AddConstraintNotValid("notice", models.CheckConstraint(condition=~models.Q(level="x"), name="notice_of")),
]
""",
            "0101_valid": 'operations = [ValidateConstraint("notice", "notice_of")]',
        }
    )
    first, second = plan_for("gladbeck").groups[0].steps
    assert (first.nodes, second.nodes) == ([("portal", "0100_check")], [("portal", "0101_valid")])
    assert second.statements[0].locks == {"portal_notice": ["ShareUpdateExclusiveLock"]}


@pytest.mark.parametrize("code", ["table_rewrite", "not_null_scans"])
def test_a_danger_says_what_nobody_can_do_meanwhile(code: str) -> None:
    assert "niemand" in danger_text(Danger(code, "portal_notice"))[0]
