"""Make one tenant's schema and role from the snapshot. Runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from psycopg.errors import DuplicateObject, UniqueViolation
from psycopg.errors import InternalError_ as InternalErrorOfServer

from tenants.context import as_migration
from tenants.names import checked, group_role, tenant_role
from tenants.personal import list_added_only_tables
from tenants.provisioning.graph import Node
from tenants.provisioning.snapshot import Snapshot
from tenants.provisioning.structure import RECORDS_TABLE

TABLE_RIGHTS: Final = "SELECT, INSERT, UPDATE, DELETE"
ADDED_ONLY_RIGHTS: Final = "SELECT, INSERT"
_RACES: Final = 5


@dataclass(frozen=True)
class Present:
    """Which parts of a tenant the database has already."""

    schema: bool
    role: bool


def list_present(schema: str) -> Present:
    """Look a schema and its role up by name, with one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regnamespace(%s) IS NOT NULL, to_regrole(%s) IS NOT NULL", [schema, tenant_role(schema)]
        )
        has_schema, has_role = cursor.fetchone()
    return Present(schema=has_schema, role=has_role)


def schema_exists(schema: str) -> bool:
    """Look one schema up by name (an index look-up, not a scan)."""
    return _exists("SELECT 1 FROM pg_namespace WHERE nspname = %s", schema)


def role_exists(role: str) -> bool:
    """Look one role up by name."""
    return _exists("SELECT 1 FROM pg_roles WHERE rolname = %s", role)


def _exists(query: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return cursor.fetchone() is not None


def ensure_role(schema: str) -> str:
    """Create the tenant's role if it is missing, with the shared rights, and let the application become it.

    The role may log in only where a cluster's workers need it (Citus); it has no password, so nobody can.
    """
    role = tenant_role(schema)
    return share_role(role) if role_exists(role) else make_role(role)


def make_role(role: str) -> str:
    """Create a tenant's role like `ensure_role`, where none was found a moment ago."""
    # In one statement: every change of memberships has each session read all of the login's anew.
    made = f"CREATE ROLE {role} LOGIN IN ROLE {group_role('tenant')} ROLE {group_role('app')}"
    return role if _run_shared(made, is_done=lambda: role_exists(role)) else share_role(role)


def share_role(role: str) -> str:
    """Make sure of the memberships of a tenant's role that is there."""
    _run_shared(f"GRANT {group_role('tenant')} TO {role}")
    _run_shared(f"GRANT {role} TO {group_role('app')}")
    return role


def _run_shared(statement: str, *, is_done: Callable[[], bool] = lambda: False) -> bool:
    """Run what writes a catalogue that all databases of the server share, beside others who may do the very same.

    The onboarding lock holds within one database only. Whoever comes second waits for the first and is then refused,
    in one of three ways; the next try finds the first one's work. Returns whether it was us who did it.
    """
    for race in range(1, _RACES + 1):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except (IntegrityError, InternalError, ProgrammingError) as refused:
            if not _is_race(refused) or race == _RACES:
                raise
        else:
            return True
        if is_done():
            return False
    return False


def _is_race(refused: Exception) -> bool:
    cause = refused.__cause__
    # PostgreSQL says "tuple concurrently updated" under the code of internal errors.
    return isinstance(cause, UniqueViolation | DuplicateObject) or (
        isinstance(cause, InternalErrorOfServer) and "concurrently" in str(cause)
    )


def replay_schema(schema: str, snapshot: Snapshot, *, role: str = "") -> None:
    """Create the tenant's schema with tables, rows and records, and give its role its rights, table by table.

    `role`: who gets them, where it is not the tenant's own. All of it goes to the server in one message.
    """
    grants = grant_statements(schema, role or tenant_role(schema), snapshot.own_tables)
    with as_migration(schema), connection.cursor() as cursor:
        cursor.execute("; ".join([f"CREATE SCHEMA {checked(schema)}", *_table_statements(snapshot), *grants]))


def replay_tables(snapshot: Snapshot) -> None:
    """Make the tables with their rows and migration records in the schema that the running context has first."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(_table_statements(snapshot)))


def _table_statements(snapshot: Snapshot) -> list[str]:
    records = record_statements(snapshot.nodes) if RECORDS_TABLE in snapshot.tables else []
    return [*snapshot.statements, *snapshot.rows, *records]


def grant_statements(schema: str, role: str, tables: Iterable[str]) -> list[str]:
    """Return what gives a tenant's role its rights: on named tables, because "all tables" scans the catalogue."""
    kept = list_added_only_tables()
    tables = list(tables)
    grants = []
    for rights, some in (
        (TABLE_RIGHTS, [table for table in tables if table not in kept]),
        (ADDED_ONLY_RIGHTS, [table for table in tables if table in kept]),
    ):
        if some:
            names = ", ".join(f'{schema}."{table}"' for table in some)
            grants.append(f"GRANT {rights} ON {names} TO {role}")
    return [f"GRANT USAGE ON SCHEMA {schema} TO {role}", *grants]


def record_statements(nodes: Iterable[Node]) -> list[str]:
    """Return what adds migrations to Django's record in a tenant's schema, where the key has no counter."""
    rows = ", ".join(f"({number}, '{app}', '{name}')" for number, (app, name) in enumerate(nodes, 1))
    if not rows:
        return []
    statement = (
        "INSERT INTO django_migrations (id, app, name, applied) "  # noqa: S608 -- names of modules
        "SELECT (SELECT coalesce(max(id), 0) FROM django_migrations) + new.number, new.app, new.name, now() "
        f"FROM (VALUES {rows}) AS new (number, app, name)"
    )
    return [statement]


def unrecord_statements(nodes: Iterable[Node]) -> list[str]:
    """Return what takes migrations out of that record."""
    return [f"DELETE FROM django_migrations WHERE app = '{app}' AND name = '{name}'" for app, name in nodes]  # noqa: S608 -- as above
