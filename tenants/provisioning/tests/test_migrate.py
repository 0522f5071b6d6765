"""`verbund migrate` beside portals that are served: it changes what differs, waits for nobody for long, runs once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.devstack import pytest_plugin
from tenants.context import as_migration
from tenants.errors import Conflict
from tenants.names import group_role
from tenants.provisioning import migrate, rehearsal, sharedrights
from tenants.provisioning.rehearsal import open_rehearsal
from tenants.rights import list_row_rules
from tenants.rollout.tests.migrationfiles import installed, write_release

_SENT = ("GRANT", "REVOKE", "ALTER", "CREATE", "DROP", "COMMENT")


@pytest.fixture
def somebody_else(fresh_database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A session of another process in the same database."""
    admin = pytest_plugin.admin_url()
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name=fresh_database))) as other:
        yield other


def apply_rights() -> list[str]:
    """Apply them; return the statements that change something."""
    with as_migration(), CaptureQueriesContext(connection) as sent:
        sharedrights.apply_rights()
    return [one["sql"] for one in sent.captured_queries if one["sql"].startswith(_SENT)]


def rules() -> list[tuple[object, ...]]:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2")
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_a_group_that_the_server_does_not_know_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharedrights, "GROUPS", (*sharedrights.GROUPS, "newcomer"))
    with pytest.raises(Conflict, match=r"_newcomer\b.*verbund database prepare"):
        apply_rights()


@pytest.mark.django_db
def test_where_everything_stands_nothing_is_sent() -> None:
    assert apply_rights() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "ALTER POLICY tenant ON audit_auditentry USING (true)",
        "ALTER POLICY tenant ON audit_auditentry TO PUBLIC",
        "DROP POLICY tenant ON audit_auditentry",
        'CREATE POLICY "a stranger\'s" ON audit_auditentry USING (true)',
        "ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY",
        "GRANT DELETE ON audit_auditentry TO {tenant}",
        "GRANT SELECT ON audit_auditentry TO {tenant} WITH GRANT OPTION",
        "REVOKE INSERT ON audit_auditentry FROM {tenant}",
    ],
)
def test_what_was_changed_is_set_right_and_only_there(change: str) -> None:
    before = rules()
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(change.format(tenant=group_role("tenant")))
    sent = apply_rights()
    assert sent
    assert all("audit_auditentry" in one for one in sent)
    assert rules() == before
    assert apply_rights() == []


@pytest.mark.django_db
def test_a_rule_that_is_declared_anew_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = list_row_rules()
    declared["audit_auditentry"]["tenant"] = "owner_role = session_user"
    monkeypatch.setattr(sharedrights, "list_row_rules", lambda: declared)
    assert len(apply_rights()) == 3, "dropped, made, noted"
    assert any("SESSION_USER" in str(one[4]) for one in rules())
    assert apply_rights() == []


def test_a_table_that_stays_locked_ends_in_a_clear_error(
    somebody_else: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharedrights, "_LOCK_SECONDS", 0.01)
    somebody_else.execute("ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY")
    somebody_else.commit()
    somebody_else.execute("LOCK TABLE audit_auditentry IN ACCESS SHARE MODE")
    with pytest.raises(Conflict, match="audit_auditentry") as refused:
        apply_rights()
    assert refused.value.code == "table_locked"
    somebody_else.rollback()
    assert len(apply_rights()) == 1


SLOWED = 'operations = [migrations.RunSQL("ALTER TABLE audit_auditentry ADD COLUMN mine int")]'


@pytest.fixture
def next_release(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A release that changes a shared table, and a little patience."""
    monkeypatch.setattr(migrate, "_LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrate, "_PAUSE_SECONDS", 0.0)
    with installed(
        tmp_path, write_release(tmp_path, {"0100_mine": SLOWED}, app="audit", real="tenants.audit.migrations")
    ):
        yield


def test_a_shared_migration_holds_the_queue_up_for_a_moment_only(
    next_release: None, somebody_else: psycopg.Connection[tuple[object, ...]]
) -> None:
    told: list[tuple[str, int]] = []

    def let_go(migration: str, tries_left: int) -> None:
        told.append((migration, tries_left))
        if tries_left == 3:
            somebody_else.rollback()

    somebody_else.execute("LOCK TABLE audit_auditentry IN ACCESS SHARE MODE")
    migrate.migrate_deployment(on_wait=let_go)
    assert told == [("audit.0100_mine", 4), ("audit.0100_mine", 3)]
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), count(mine) FROM audit_auditentry")
        assert cursor.fetchone() == ("0", 0)


def test_a_table_that_stays_locked_ends_the_command_with_a_message(
    next_release: None, somebody_else: psycopg.Connection[tuple[object, ...]]
) -> None:
    somebody_else.execute("LOCK TABLE audit_auditentry IN ACCESS SHARE MODE")
    with pytest.raises(Conflict, match=r"audit\.0100_mine") as refused:
        migrate.migrate_deployment()
    assert refused.value.code == "migration_locked"
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), count(*) FROM django_migrations WHERE name = '0100_mine'"
        )
        assert cursor.fetchone() == ("0", 0)
    somebody_else.rollback()
    migrate.migrate_deployment()


def test_only_one_migrates_at_a_time(
    somebody_else: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_PATIENCE_SECONDS", 0.0)
    somebody_else.execute("SELECT pg_advisory_lock(%s)", [migrate._LOCK])
    with pytest.raises(Conflict) as refused:
        migrate.migrate_deployment()
    assert refused.value.code == "migrate_busy"
    somebody_else.execute("SELECT pg_advisory_unlock(%s)", [migrate._LOCK])
    migrate.migrate_deployment()
    assert somebody_else.execute("SELECT pg_try_advisory_lock(%s)", [migrate._LOCK]).fetchone() == (True,)


def test_only_one_rehearses_at_a_time(
    somebody_else: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "_PATIENCE_SECONDS", 0.0)
    somebody_else.execute("SELECT pg_advisory_lock(%s)", [rehearsal._LOCK])
    with pytest.raises(Conflict) as refused, open_rehearsal():
        pass
    assert refused.value.code == "rehearsal_busy"


def test_a_rehearsal_that_lost_its_connection_leaves_the_next_ones_schema_alone(
    somebody_else: psycopg.Connection[tuple[object, ...]],
) -> None:
    there = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'tenant_rehearsal')"
    with open_rehearsal():
        connection.close()
    assert somebody_else.execute(there).fetchone() == (True,)
    with open_rehearsal():
        pass
    assert somebody_else.execute(there).fetchone() == (False,)
