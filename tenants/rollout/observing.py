"""See what statements really do: locks and rewritten tables, from the catalogue of the rehearsal."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from tenants.names import REHEARSAL_SCHEMA
from tenants.provisioning.recording import RecordingSchemaEditor
from tenants.rollout.dangers import find_dangers
from tenants.rollout.kinds import CONCURRENT
from tenants.rollout.plan import Statement

_LOCKS: Final = """
SELECT c.relname, l.mode
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND n.nspname = %s AND c.relkind = 'r'
"""
_FILES: Final = """
SELECT c.relname, c.oid, c.relfilenode
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'
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
    return {table: identity for table, identity, _file in _query(_FILES)}


class ObservingSchemaEditor(RecordingSchemaEditor):
    """Records each statement with the locks that it took, the tables that it wrote anew, and how long it ran."""

    def __init__(self, *, atomic: bool, existing: Collection[str]) -> None:
        """Judge dangers by the tables that tenants have already."""
        super().__init__(atomic=atomic)
        self._existing = existing
        self._held: set[tuple[str, str]] = set()
        self.statements: list[Statement] = []

    def execute(self, sql: Any, params: Any = ()) -> Any:
        """Send and look."""
        files_before = {oid: (table, file) for table, oid, file in _query(_FILES)}
        begun = time.perf_counter()
        result = super().execute(sql, params)
        milliseconds = (time.perf_counter() - begun) * 1000
        statement = self.recorded[-1]
        rewrites = sorted(
            files_before[oid][0]
            for _table, oid, file in _query(_FILES)
            if oid in files_before and files_before[oid][1] != file
        )
        self.statements.append(
            Statement(
                sql=statement,
                locks=self._new_locks(statement),
                rewrites=rewrites,
                dangers=find_dangers(statement, rewrites=rewrites, existing=self._existing),
                milliseconds=round(milliseconds, 2),
            )
        )
        return result

    def _new_locks(self, statement: str) -> dict[str, list[str]]:
        if CONCURRENT.match(statement):
            return {"": [_CONCURRENT_MODE]}
        found = {(table, mode) for table, mode in _query(_LOCKS) if table in self._existing}
        new, self._held = found - self._held, found | self._held
        locks: dict[str, list[str]] = {}
        for table, mode in sorted(new):
            if mode != "AccessShareLock":
                locks.setdefault(table, []).append(mode)
        return locks


def _query(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [REHEARSAL_SCHEMA])
        return list(cursor.fetchall())
