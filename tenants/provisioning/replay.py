"""Make one tenant's schema and role from the snapshot. Runs inside the caller's transaction."""

from __future__ import annotations

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenants.context import as_migration
from tenants.names import checked, group_role, tenant_role
from tenants.provisioning.snapshot import Snapshot

_TABLE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


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
    with connection.cursor() as cursor:
        if not role_exists(role):
            cursor.execute(f"CREATE ROLE {role} LOGIN")
        cursor.execute(f"GRANT {group_role('tenant')} TO {role}")
        cursor.execute(f"GRANT {role} TO {group_role('app')}")
    return role


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
