"""See what statements really do: locks, files and constraints, from the catalogue of the rehearsal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from tenants.names import REHEARSAL_SCHEMA
from tenants.provisioning.recording import RecordingSchemaEditor
from tenants.rollout.dangers import Existing, Seen, find_dangers
from tenants.rollout.kinds import index_named, is_concurrent, without_schema
from tenants.rollout.plan import Statement
from tenants.rollout.traces import Traces, read_traces

_LOCKS: Final = """
SELECT relation::bigint, mode FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation = ANY(%s::oid[])
"""
_TABLES: Final = """
SELECT c.relname, c.oid::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r'
"""
_INDEX: Final = """
SELECT pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind = 'i'
"""
_COLUMNS: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef OR a.attgenerated <> '' OR a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
# Held whatever a concurrent statement is observed to do: it runs in transactions of its own.
_CONCURRENT_MODE: Final = "ShareUpdateExclusiveLock"


@dataclass(frozen=True)
class Column:
    """A column as running code meets it."""

    type: str
    is_not_null: bool
    fills_itself: bool


Columns = dict[tuple[str, str], Column]
# Name → what the server knows a table by, whatever its name.
Tables = dict[str, int]


def read_columns() -> Columns:
    """Return the columns of the rehearsal by (table, column)."""
    return {(table, name): Column(type_, not_null, fills) for table, name, type_, not_null, fills in _query(_COLUMNS)}


def read_tables() -> Tables:
    """Return the tables of the rehearsal."""
    return dict(_query(_TABLES))


def read_existing() -> Existing:
    """Return the tables and columns of the rehearsal, to be called before anything has run in it."""
    tables = {number: name for name, number in read_tables().items()}
    return Existing(tables, frozenset(read_traces(tables).columns))


class ObservingSchemaEditor(RecordingSchemaEditor):
    """Records each statement with the locks that it took, the tables that it wrote anew, and how long it ran."""

    def __init__(self, *, atomic: bool, existing: Existing) -> None:
        """Judge dangers by the tables that tenants have already."""
        super().__init__(atomic=atomic)
        self._existing = existing
        self._traces: Traces | None = None
        self._held: frozenset[tuple[int, str]] = frozenset()
        self.statements: list[Statement] = []

    def execute(self, sql: Any, params: Any = ()) -> Any:
        """Send and look."""
        before = self._traces or read_traces(self._existing.tables)
        begun = time.perf_counter()
        result = super().execute(sql, params)
        milliseconds = (time.perf_counter() - begun) * 1000
        self._traces = read_traces(self._existing.tables)
        locks = self._read_locks()
        seen = Seen(self.recorded[-1], before, self._traces, locks - self._held, locks)
        self._held |= locks
        self.statements.append(self._statement(seen, milliseconds))
        return result

    def _statement(self, seen: Seen, milliseconds: float) -> Statement:
        names = self._existing.tables
        return Statement(
            sql=seen.sql,
            locks={"": [_CONCURRENT_MODE]} if is_concurrent(seen.sql) else self._by_table(seen.new_locks),
            rewrites=sorted(names[table] for table in seen.rewritten),
            dangers=find_dangers(seen, self._existing),
            milliseconds=round(milliseconds, 2),
            makes=_index_made(seen.sql),
        )

    def _read_locks(self) -> frozenset[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(_LOCKS, [list(self._existing.tables)])
            return frozenset(cursor.fetchall())

    def _by_table(self, found: frozenset[tuple[int, str]]) -> dict[str, list[str]]:
        locks: dict[str, list[str]] = {}
        for table, mode in sorted((self._existing.tables[number], mode) for number, mode in found):
            if mode != "AccessShareLock":
                locks.setdefault(table, []).append(mode)
        return locks


def _index_made(sql: str) -> str:
    """Return the definition of the index that a statement has built concurrently, wherever it is built."""
    verb, name = index_named(sql)
    found = _query(_INDEX, name) if verb == "CREATE" else []
    return without_schema(found[0][0], REHEARSAL_SCHEMA) if found else ""


def _query(query: str, *parameters: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [REHEARSAL_SCHEMA, *parameters])
        return list(cursor.fetchall())
