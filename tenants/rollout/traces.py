"""What the catalogue says of tables before and after a statement: what it did to them, not what it looks like."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

# Each by an index of the catalogue, however many schemas there are.
_TABLES: Final = "SELECT oid::bigint, relfilenode::bigint FROM pg_class WHERE oid = ANY(%s::oid[])"
_COLUMNS: Final = """
SELECT attrelid::bigint, attnum, attnotnull, atthasdef FROM pg_attribute
WHERE attrelid = ANY(%s::oid[]) AND attnum > 0 AND NOT attisdropped
"""
# The columns of an expression or a condition stand in no key, but the index depends on them.
_INDEXES: Final = """
SELECT c.relfilenode::bigint, i.indrelid::bigint, c.relname, i.indisunique,
       EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid),
       i.indkey::int[] || ARRAY(
           SELECT d.refobjsubid FROM pg_depend d
           WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
       )
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ANY(%s::oid[])
"""
_CONSTRAINTS: Final = r"""
SELECT oid::bigint, conrelid::bigint, conname, contype::text, convalidated, coalesce(conkey, '{}')::int[],
       pg_get_constraintdef(oid) ~ '^CHECK \(\([^()]+ IS NOT NULL\)\)$'
FROM pg_constraint WHERE conrelid = ANY(%s::oid[]) AND contype IN ('c', 'f', 'u', 'p', 'x')
"""
# Tables and their columns are known by numbers, which stay when they are renamed.
ColumnKey = tuple[int, int]


@dataclass(frozen=True)
class Column:
    """What decides whether a table is read when the column changes."""

    is_not_null: bool
    has_default: bool


@dataclass(frozen=True)
class Index:
    """An index; its file is another when it was built again."""

    table: int
    name: str
    is_unique: bool
    is_constraint: bool
    columns: frozenset[ColumnKey]


@dataclass(frozen=True)
class Constraint:
    """A constraint; `says_not_null`: a CHECK that its only column has a value."""

    table: int
    name: str
    type: str
    is_valid: bool
    columns: frozenset[ColumnKey]
    says_not_null: bool


@dataclass(frozen=True)
class Traces:
    """Tables (number → file), columns, indexes by file and constraints by number."""

    tables: dict[int, int]
    columns: dict[ColumnKey, Column]
    indexes: dict[int, Index]
    constraints: dict[int, Constraint]


def read_traces(tables: Collection[int]) -> Traces:
    """Return what the catalogue says of these tables now."""
    numbers = list(tables)
    return Traces(
        tables=dict(_query(_TABLES, numbers)),
        columns={(table, place): Column(*facts) for table, place, *facts in _query(_COLUMNS, numbers)},
        indexes={
            file: Index(table, name, is_unique, is_constraint, _keys(table, columns))
            for file, table, name, is_unique, is_constraint, columns in _query(_INDEXES, numbers)
        },
        constraints={
            number: Constraint(table, name, type_, is_valid, _keys(table, columns), says_not_null)
            for number, table, name, type_, is_valid, columns, says_not_null in _query(_CONSTRAINTS, numbers)
        },
    )


def _keys(table: int, columns: list[int]) -> frozenset[ColumnKey]:
    return frozenset((table, place) for place in columns if place > 0)


def _query(query: str, numbers: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [numbers])
        return list(cursor.fetchall())
