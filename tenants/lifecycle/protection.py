"""Write protection of a leaving tenant's tables: its archive is the last word, whatever still runs in its name."""

from __future__ import annotations

from django.db import connection

from tenants.lifecycle import tables
from tenants.names import checked, tenant_role
from tenants.provisioning.replay import grant_statements


def protect_tables(schema: str) -> None:
    """Leave the tenant's role the right to read and nothing else, table by table. Idempotent."""
    role = tenant_role(schema)
    statements = [
        f'REVOKE INSERT, UPDATE, DELETE ON {checked(schema)}."{name}" FROM {role}'
        for name in tables.list_tables(schema)
    ]
    _run(statements)


def release_tables(schema: str) -> None:
    """Give the tenant's role its usual rights back. Idempotent."""
    _run(grant_statements(checked(schema), tenant_role(schema), tables.list_tables(schema)))


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements))
