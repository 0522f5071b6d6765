"""Make one tenant's schema and role from the snapshot. Runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import DuplicateObject, UniqueViolation
from psycopg.errors import InternalError_ as InternalErrorOfServer

from tenants.context import as_migration
from tenants.names import checked, group_role, tenant_role
from tenants.provisioning.snapshot import Snapshot

_TABLE_RIGHTS: Final = "SELECT, INSERT, UPDATE, DELETE"
_RACES: Final = 5


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
    if not role_exists(role):
        _run_shared(f"CREATE ROLE {role} LOGIN", is_done=lambda: role_exists(role))
    _run_shared(f"GRANT {group_role('tenant')} TO {role}")
    _run_shared(f"GRANT {role} TO {group_role('app')}")
    return role


def _run_shared(statement: str, *, is_done: Callable[[], bool] = lambda: False) -> None:
    """Run what writes a catalogue that all databases of the server share, beside others who may do the very same.

    The onboarding lock holds within one database only. Whoever comes second waits for the first and is then refused,
    in one of three ways; the next try finds the first one's work.
    """
    for race in range(1, _RACES + 1):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except (IntegrityError, InternalError, ProgrammingError) as refused:
            if not _is_race(refused) or race == _RACES:
                raise
        else:
            return
        if is_done():
            return


def _is_race(refused: Exception) -> bool:
    cause = refused.__cause__
    # PostgreSQL says "tuple concurrently updated" under the code of internal errors.
    return isinstance(cause, UniqueViolation | DuplicateObject) or (
        isinstance(cause, InternalErrorOfServer) and "concurrently" in str(cause)
    )


def replay_schema(schema: str, snapshot: Snapshot) -> None:
    """Create the schema and its tables and give the role its rights, table by table."""
    role = tenant_role(schema)
    checked(schema)
    with as_migration(schema), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute("; ".join(snapshot.statements))
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        grants = [f'GRANT {_TABLE_RIGHTS} ON {schema}."{table}" TO {role}' for table in _own_tables(snapshot)]
        cursor.execute("; ".join(grants))
        _copy_migration_records(cursor, schema)


def _own_tables(snapshot: Snapshot) -> list[str]:
    return [table for table in snapshot.tables if table != "django_migrations"]


def _copy_migration_records(cursor: CursorWrapper, schema: str) -> None:
    cursor.execute(
        f"INSERT INTO {schema}.django_migrations (id, app, name, applied) "  # noqa: S608 -- a checked name
        "SELECT id, app, name, applied FROM tenant_template.django_migrations"
    )
