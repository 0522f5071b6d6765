"""Whatever the history of the migrations: tenants that were rolled out, replayed and migrated by Django are equal."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.conf import settings as django_settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings
from hypothesis import HealthCheck, Phase, event, given, note, reject, settings
from hypothesis import strategies as st

from tenants.context import as_migration
from tenants.names import tenant_role
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Subject, list_differences
from tenants.provisioning.graph import Node, tenant_graph
from tenants.provisioning.replay import grant_statements, replay_schema
from tenants.provisioning.snapshot import Snapshot, snapshot_at
from tenants.registry.models import Tenant
from tenants.rollout import failures
from tenants.rollout.models import Rollout, RolloutState
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, query
from tenants.rollout.tests.histories import History, histories
from tenants.rollout.worker import Worker

# A long run: VERBUND_HISTORIES=500.
EXAMPLES: Final = int(os.environ.get("VERBUND_HISTORIES", "10"))
# Making a failure smaller takes minutes, so it must be asked for.
PHASES: Final = set(Phase) - (set() if os.environ.get("VERBUND_HISTORIES_SHRINK") else {Phase.shrink, Phase.explain})
TOWNS: Final = ("gladbeck", "marl", "herten")
SCHEMAS: Final = tuple(f"t_{town}" for town in TOWNS)
DJANGOS_OWN: Final = "t_dorsten"
_HEAD: Final = """\
import datetime as dt
from decimal import Decimal
from uuid import UUID
from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import (
    AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint,
)
from django.db import migrations, models
from django.db.models.functions import Lower
from tenants.ids import uuid7
from tenants.rollout.operations import RunInBatches
"""


@contextmanager
def only_history(folder: Path, history: History) -> Iterator[list[Node]]:
    """Run the block as if these were all the migrations that tenants have; their names are used only once."""
    mark = uuid4().hex
    (folder / f"none_{mark}").mkdir()
    package = folder / f"history_{mark}"
    package.mkdir()
    for one in (package, folder / f"none_{mark}"):
        (one / "__init__.py").write_text("", encoding="utf-8")
    names = [f"{number:04}_{mark}" for number in range(1, len(history.bodies) + 1)]
    for number, (name, body) in enumerate(zip(names, history.bodies, strict=True)):
        functions, _, attributes = body.rpartition("---\n")
        before = f'("portal", "{names[number - 1]}")' if number else ""
        indented = "".join(f"    {line}\n" for line in attributes.splitlines())
        text = (
            f"{_HEAD}\n{functions}\n\nclass Migration(migrations.Migration):\n    dependencies = [{before}]\n{indented}"
        )
        (package / f"{name}.py").write_text(text + indented, encoding="utf-8")
    others = {app.rpartition(".")[2]: f"none_{mark}" for app in django_settings.TENANT_APPS}
    modules = {**others, "portal": package.name}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with override_settings(MIGRATION_MODULES=modules):
            yield [("portal", name) for name in names]
    finally:
        sys.path.remove(str(folder))


def start_anew() -> None:
    """Take a new connection: Django leaves its transaction open when a statement that it put off fails."""
    if connection.connection is not None:
        connection.connection.close()
    del connections["default"]


def migrate_by_django(schema: str, nodes: Sequence[Node]) -> None:
    """Let Django's own executor run the migrations, one transaction each, from nothing."""
    query(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    query(f"CREATE SCHEMA {schema}")
    with as_migration(schema, migrates="tenant"):
        MigrationExecutor(connection).migrate([nodes[-1]])
    tables = [name for (name,) in query("SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)]
    own = [name for name in tables if name != "django_migrations"]
    query("; ".join(grant_statements(schema, tenant_role(schema), own)))


def place(slug: str, snapshot: Snapshot) -> None:
    """Put a town's schema at a version, by replay."""
    schema = f"t_{slug}"
    query(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    replay_schema(schema, snapshot)
    with as_migration():
        Tenant.objects.filter(slug=slug).update(schema_version=snapshot.version)


def roll_out(version: str, slugs: Sequence[str]) -> bool:
    """Bring towns to a version; return whether there was a plan for all of them."""
    plan = plan_rollout(actor=SYSTEM, to=version, only=slugs)
    if plan.refusals:
        note(f"refused: {plan.refusals}")
        return False
    if not plan.is_empty:
        note(f"steps: {[[(step.kind, len(step.nodes)) for step in group.steps] for group in plan.groups]}")
        rollout_id = start_rollout(actor=SYSTEM, plan=plan, options=QUICK)
        Worker(rollout_id).run()
        status = get_status(rollout_id)
        assert status is not None
        assert (status.state, status.reason, [one.error for one in status.quarantined]) == ("finished", {}, [])
    return True


def take_back(version: str) -> bool:
    """Bring all towns back to a version, where Django has a way; return whether it had one."""
    try:
        done = roll_out(version, TOWNS)
    except DatabaseError as refused:
        event(f"Django's own way back fails: {failures.describe(refused)[:60]}")
        return False
    event(f"taken back: {done}")
    return done


def rows_of(schema: str) -> dict[str, list[Any]]:
    """Return every row of every table, as the server writes it, in an order that is the same everywhere."""
    tables = query("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)
    names = [name for (name,) in tables if name != "django_migrations"]
    rows = f'SELECT to_jsonb(t) FROM {schema}."%s" t ORDER BY t.id'  # noqa: S608 -- names from the catalogue
    return {name: query(rows % name) for name in names}


def subject(schema: str, version: str) -> Subject:
    """Return a schema as something to compare."""
    return Subject(schema, tenant_role(schema), version)


@settings(
    max_examples=EXAMPLES,
    report_multiple_bugs=False,
    phases=PHASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories(), data=st.data())
def test_rolled_out_replayed_and_migrated_are_equal(
    fresh_database: str, tmp_path: Path, history: History, data: st.DataObject
) -> None:
    end = len(history.bodies)
    middle = data.draw(st.integers(0, end), label="middle")
    starts = data.draw(st.lists(st.integers(0, end), min_size=3, max_size=3), label="starts")
    start_anew()
    with as_migration():
        Rollout.objects.update(state=RolloutState.ABORTED)
    with only_history(tmp_path, history) as nodes:
        assert list(tenant_graph().nodes) == nodes
        try:
            migrate_by_django(DJANGOS_OWN, nodes)
        except DatabaseError as refused:  # an operation that trips over another one's deferred SQL
            start_anew()
            event(f"Django's own failure: {failures.describe(refused)[:60]}")
            reject()
        snapshots = {count: snapshot_at(nodes[:count]) for count in sorted({*starts, middle, end})}
        for slug, count in zip(TOWNS, starts, strict=True):
            place(slug, snapshots[count])
        target = snapshots[end]
        early = [slug for slug, count in zip(TOWNS, starts, strict=True) if count <= middle]
        if early:
            assert roll_out(snapshots[middle].version, early)
        assert roll_out(target.version, TOWNS)
        subjects = [subject(schema, target.version) for schema in SCHEMAS]
        assert find_drift(subjects) == []
        for table in target.tables:
            assert find_drift(subjects, tables=[table]) == [], "what it needs is made with it"
        with as_migration():
            models = {target.version: subject(DJANGOS_OWN, target.version)}
            assert list_differences(subjects, models=models) == []
        expected = rows_of(DJANGOS_OWN)
        for schema in SCHEMAS:
            assert rows_of(schema) == expected
            assert query(f"SELECT app, name FROM {schema}.django_migrations ORDER BY id") == nodes  # noqa: S608
        if take_back(snapshots[middle].version):
            assert find_drift([subject(schema, snapshots[middle].version) for schema in SCHEMAS]) == []
