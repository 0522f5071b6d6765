"""Where a tenant's rows still name a host that it has left: nobody rewrites its texts, its staff has to look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from psycopg import sql

from tenants.lifecycle.tables import Table

_TEXTS: Final = ("text", "character", "json")


@dataclass(frozen=True)
class Mention:
    """A column that names such a host, and in how many rows."""

    table: str
    column: str
    rows: int

    @property
    def place(self) -> str:
        """Return table and column."""
        return f"{self.table}.{self.column}"


def list_mentions(tables: Iterable[Table], hosts: Collection[str]) -> tuple[Mention, ...]:
    """Return every column with a text that names one of the hosts, in links and addresses too, in the order of names.

    Reads each table once, and none where no host was left out.
    """
    return tuple(one for table in tables for one in _mentions_in(table, hosts)) if hosts else ()


def _mentions_in(table: Table, hosts: Collection[str]) -> list[Mention]:
    columns = [name for name, type_ in table.types.items() if type_.startswith(_TEXTS)]
    if not columns:
        return []
    # Not as a part of another name: neither of www.HOST.example nor of new-HOST.
    names = "|".join(re.escape(host) for host in sorted(hosts))
    pattern = sql.Literal(f"(^|[^a-z0-9.-])({names})($|[^a-z0-9.-]|[.]([^a-z0-9]|$))")
    counts = [sql.SQL("count(*) FILTER (WHERE {}::text ~* {})").format(sql.Identifier(one), pattern) for one in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(counts), table.sql))
        found = cursor.fetchone()
    return [Mention(table.name, column, rows) for column, rows in zip(columns, found, strict=True) if rows]
