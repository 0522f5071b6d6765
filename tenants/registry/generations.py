"""Generation numbers: how a change reaches every process and every cache at once.

A write moves the number in its own transaction and notifies on the same channel; PostgreSQL delivers the notification
exactly when the transaction commits, and never when it does not.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from tenants.context import current_tenant

CHANNEL: Final = "verbund_generation"
REGISTRY: Final = "registry"
CATALOGUE: Final = "catalogue"

_MOVE = """
WITH moved AS (
    UPDATE public.registry_generation SET number = number + 1 WHERE scope = %s RETURNING scope, number
)
SELECT pg_notify(%s, scope || ':' || number), number FROM moved
"""


def move_generation(scope: str) -> int:
    """Move the number of a scope within the running transaction and return the new one.

    Raises: LookupError when the scope has no row (it is made at onboarding and by the migrations).
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [scope, CHANNEL])
        row = cursor.fetchone()
    if row is None:
        message = f"no generation row for {scope!r}"
        raise LookupError(message)
    return int(row[1])


def touch_tenant() -> None:
    """Say that pages of the current tenant have changed."""
    move_generation(current_tenant().role)


def touch_tenant_of(role: str) -> None:
    """Say that pages of the tenant with this role have changed, from outside of it.

    Nothing happens for one whose row is missing: it is not quite onboarded, and has no pages yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [role, CHANNEL])


def touch_registry() -> None:
    """Say that regions, tenants or hosts have changed: every process reloads its site directory."""
    move_generation(REGISTRY)


def touch_catalogue() -> None:
    """Say that the shared catalogue has changed."""
    move_generation(CATALOGUE)
