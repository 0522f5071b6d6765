"""How the doctor asks: as the owner of all schemas, one set-based query at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from tenants.context import as_migration


def fetch(query: str, parameters: Sequence[str] | Mapping[str, str] = ()) -> list[tuple[Any, ...]]:
    """Run a query on the shared schema and return its rows."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return list(cursor.fetchall())
