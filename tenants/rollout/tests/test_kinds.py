"""What kind of step a migration becomes, and which ones can't be carried out."""

from __future__ import annotations

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter

from tenants.rollout.kinds import is_batched, kind_of, refuse_mixture
from tenants.rollout.operations import RunInBatches
from tenants.rollout.texts import refusal_text


def nothing(apps: object, editor: object) -> None:
    """Change nothing."""


def no_batch(apps: object, editor: object, after: str | None, size: int) -> str | None:
    """Say that all is done."""


def migration(*operations: Operation, is_atomic: bool = True) -> Migration:
    class Made(Migration):
        pass

    Made.operations = list(operations)
    Made.atomic = is_atomic
    return Made("0001_made", "portal")


NOOP = migrations.RunPython.noop
ADD = migrations.AddField("notice", "pinned", models.BooleanField(db_default=False))
PYTHON = migrations.RunPython(nothing)
CONCURRENT = AddIndexConcurrently("notice", models.Index(fields=["level"], name="notice_level"))
BY_SQL = migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY a ON portal_notice (level)")
HIDDEN = migrations.SeparateDatabaseAndState(database_operations=[PYTHON], state_operations=[ADD])


@pytest.mark.parametrize(
    ("operations", "kind"),
    [
        ([], "schema"),
        ([ADD], "schema"),
        ([migrations.RunSQL("CREATE INDEX a ON portal_notice (level)")], "schema"),
        ([migrations.RunPython(NOOP), ADD], "schema"),
        ([migrations.RunPython(NOOP, NOOP), ADD], "schema"),
        ([migrations.RunPython(NOOP, nothing)], "data"),
        ([PYTHON, PYTHON], "data"),
        ([HIDDEN], "data"),
        ([CONCURRENT, BY_SQL], "index"),
        ([migrations.RunSQL(["DROP INDEX CONCURRENTLY a"])], "index"),
        ([migrations.RunSQL([("REINDEX INDEX CONCURRENTLY a", None)])], "index"),
        ([migrations.RunSQL("/* why */ -- and\n CREATE INDEX CONCURRENTLY a ON portal_notice (level)")], "index"),
        ([migrations.RunSQL("/* CREATE INDEX CONCURRENTLY */ DROP INDEX a")], "schema"),
    ],
)
def test_a_migration_is_one_kind_of_step(operations: list[Operation], kind: str) -> None:
    made = migration(*operations, is_atomic=kind != "index")
    assert kind_of(made) == kind
    assert refuse_mixture(made) is None


@pytest.mark.parametrize(
    ("operations", "kinds"),
    [
        ([ADD, PYTHON], "data, schema"),
        ([ADD, CONCURRENT], "index, schema"),
        ([ADD, HIDDEN], "data, schema"),
        ([ADD, PYTHON, BY_SQL], "data, index, schema"),
    ],
)
def test_a_mixture_is_refused(operations: list[Operation], kinds: str) -> None:
    refusal = refuse_mixture(migration(*operations))
    assert refusal is not None
    assert (refusal.migration, refusal.code, refusal.data) == ("portal.0001_made", "mixed_kinds", {"kinds": kinds})


def test_a_schema_change_without_a_transaction_is_refused() -> None:
    refusal = refuse_mixture(migration(migrations.RunSQL("VACUUM portal_notice"), is_atomic=False))
    assert refusal is not None
    assert refusal.code == "not_atomic"
    assert all(refusal_text(refusal))
    assert refuse_mixture(migration(is_atomic=False)) is None


def test_only_batches_all_through_count_as_batches() -> None:
    assert is_batched(migration(RunInBatches(no_batch)))
    assert not is_batched(migration(RunInBatches(no_batch), PYTHON))
    assert not is_batched(migration(ADD))


def test_batches_can_be_written_into_a_migration_file() -> None:
    written = MigrationWriter(migration(RunInBatches(no_batch, reverse_batch=no_batch, size=5))).as_string()
    assert "RunInBatches" in written
    assert "size=5" in written
    assert RunInBatches(no_batch).reversible is False
