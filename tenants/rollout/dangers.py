"""What a statement does to a table that is in use, told by what it has done in the rehearsal. `texts` gives advice.

Nothing is guessed from the statement's text, apart from code that does different things on empty tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import sqlparse
from sqlparse import lexer, tokens

from tenants.rollout.kinds import is_concurrent
from tenants.rollout.plan import Danger
from tenants.rollout.traces import ColumnKey, Constraint, Index, Traces

# While one of these is held nobody can change the table's rows.
_BLOCKING: Final = frozenset(
    {"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"},
)
_CHANGES_ROWS: Final = "RowExclusiveLock"
_CODE: Final = re.compile(r"^(?:DO|CALL)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Existing:
    """What tenants have before the rollout: tables with their names now, and columns. What it makes itself is empty.

    `bound`: the columns that running code writes without heeding what the migration asks of them; none for a contract
    step, whose author says that it does.
    """

    tables: Mapping[int, str] = field(default_factory=dict)
    bound: frozenset[ColumnKey] = frozenset()


@dataclass(frozen=True)
class Seen:
    """A statement and what was there before and after it. `locks`: (table, mode), those it took itself and all held."""

    sql: str
    before: Traces
    after: Traces
    new_locks: frozenset[tuple[int, str]] = frozenset()
    held: frozenset[tuple[int, str]] = frozenset()

    @property
    def rewritten(self) -> set[int]:
        """Return the tables that have another file now."""
        return {table for table, file in self.after.tables.items() if self.before.tables.get(table, file) != file}


def find_dangers(seen: Seen, existing: Existing) -> list[Danger]:
    """Name what a statement does to tables that tenants have already, each danger of a table once."""
    found = {
        *(("table_rewrite", table) for table in seen.rewritten),
        *_index_builds(seen),
        *_scans(seen),
        *(("rows_in_schema_step", table) for table, mode in seen.new_locks if mode == _CHANGES_ROWS),
        *(("binds_running", table) for table in _binds(seen, existing)),
    }
    named = sorted((code, existing.tables[table]) for code, table in found if table in existing.tables)
    unseen = [Danger("unseen_code", "")] if any(map(_CODE.match, _statements(seen.sql))) else []
    return [*(Danger(code, table) for code, table in named), *unseen]


def _index_builds(seen: Seen) -> Iterator[tuple[str, int]]:
    if is_concurrent(seen.sql):
        return
    names = {(one.table, one.name) for one in seen.before.indexes.values()}
    for one in _new_indexes(seen):
        # A table that is written anew has all its indexes built again.
        if one.table not in seen.rewritten:
            is_known = (one.table, one.name) in names
            code = "index_rebuilt" if is_known else "index_blocks_all" if one.is_constraint else "index_blocks_writes"
            yield code, one.table


def _scans(seen: Seen) -> Iterator[tuple[str, int]]:
    blocked = {table for table, mode in seen.held if mode in _BLOCKING}
    for number, one in seen.after.constraints.items():
        old = seen.before.constraints.get(number)
        if one.type in {"c", "f"} and one.is_valid and not (old and old.is_valid):
            is_read = one.table in blocked if old else not _refers_to_nothing(seen, one)
            if is_read:
                yield "constraint_scans", one.table
    proven = {
        key for one in seen.before.constraints.values() if one.says_not_null and one.is_valid for key in one.columns
    }
    for key, column in seen.after.columns.items():
        old_column = seen.before.columns.get(key)
        if column.is_not_null and old_column and not old_column.is_not_null and key not in proven:
            yield "not_null_scans", key[0]


def _refers_to_nothing(seen: Seen, one: Constraint) -> bool:
    """Whether it is a reference of new columns that are empty in every row: the server does not read those."""
    return one.type == "f" and all(
        key not in seen.before.columns and not seen.after.columns[key].has_default for key in one.columns
    )


def _binds(seen: Seen, existing: Existing) -> Iterator[int]:
    """Yield tables on whose old columns something new is asked of every row that is written."""
    names = {(one.table, one.name) for one in seen.before.constraints.values()}
    names |= {(one.table, one.name) for one in seen.before.indexes.values()}
    asked: list[Constraint | Index] = [one for one in _new_indexes(seen) if one.is_unique]
    asked += [one for number, one in seen.after.constraints.items() if number not in seen.before.constraints]
    for one in asked:
        if one.columns & existing.bound and (one.table, one.name) not in names:
            yield one.table


def _new_indexes(seen: Seen) -> list[Index]:
    return [one for file, one in seen.after.indexes.items() if file not in seen.before.indexes]


def _tokens(sql: str) -> Iterator[tuple[Any, str]]:
    return cast("Iterator[tuple[Any, str]]", lexer.tokenize(sql))  # type: ignore[no-untyped-call]  # sqlparse has no types


def _statements(sql: str) -> list[str]:
    """Return the statements without comments. Read word by word only: a parse tree has a limit of size."""
    plain = (
        "".join(" " if kind in tokens.Comment else text for kind, text in _tokens(one)).strip()
        for one in sqlparse.split(sql)
    )
    return [one for one in plain if one]
