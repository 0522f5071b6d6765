"""Read one schema's catalogue and write the statements that make an equal schema anywhere.

The statements carry no schema name, no sequence and no `regclass`, so that they can be replayed under any search path,
on the coordinator of a Citus cluster too. What can't be written that way is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenants.names import checked

RECORDS_TABLE: Final = "django_migrations"

# Django's own records are the one table with a counter; in a tenant's schema it has none.
_FOREIGN: Final = """
SELECT c.relkind::text, c.relname, ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind IN ('v', 'm', 'f', 'p', 'S')
  AND c.relname NOT LIKE 'django_migrations%%'
UNION ALL
SELECT 'identity', c.relname, a.attname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> '' AND NOT a.attisdropped
WHERE n.nspname = %(schema)s AND c.relname <> 'django_migrations'
UNION ALL
SELECT 'regclass', c.relname, a.attname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = %(schema)s AND pg_get_expr(d.adbin, d.adrelid) LIKE '%%::regclass%%'
  AND c.relname <> 'django_migrations'
UNION ALL
SELECT 'trigger', c.relname, g.tgname
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND NOT g.tgisinternal
UNION ALL
SELECT 'function', p.proname, ''
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %(schema)s
UNION ALL
SELECT 'type', t.typname, ''
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE n.nspname = %(schema)s AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
UNION ALL
SELECT 'unlogged', c.relname, ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind = 'r' AND c.relpersistence = 'u'
UNION ALL
SELECT 'rule', c.relname, r.rulename
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind = 'r'
UNION ALL
SELECT 'policy', c.relname, p.polname
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s
UNION ALL
SELECT 'security', c.relname, ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relrowsecurity
UNION ALL
SELECT 'statistics', c.relname, s.stxname
FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s
ORDER BY 1, 2, 3
"""
_TABLES: Final = """
SELECT c.relname, array_to_string(c.reloptions, ', '), obj_description(c.oid, 'pg_class')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind = 'r'
ORDER BY c.relname
"""
_COLUMNS: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, nn.conname,
       pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, co.collname, col_description(c.oid, a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
-- From PostgreSQL 18 on a NOT NULL has a name, which a renamed column keeps.
LEFT JOIN pg_constraint nn ON nn.conrelid = c.oid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
WHERE n.nspname = %(schema)s AND c.relkind = 'r'
ORDER BY c.relname, a.attnum
"""
# A constraint that is NOT VALID becomes valid when it is made with its table, so it comes afterwards. So does a
# reference to what has no constraint of its own but a unique index, which is made after all tables.
_CONSTRAINTS: Final = """
SELECT c.relname, k.conname, f.relname, NOT k.convalidated OR k.contype = 'f' AND NOT EXISTS (
         SELECT 1 FROM pg_constraint u WHERE u.conindid = k.conindid AND u.contype IN ('p', 'u')),
       pg_get_constraintdef(k.oid)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE n.nspname = %(schema)s AND k.contype IN ('p', 'u', 'c', 'x', 'f')
ORDER BY c.relname, k.contype = 'f', k.contype <> 'p', k.conname
"""
# An invalid index is what a concurrent build left behind when it failed; nobody wants a copy of it.
_INDEXES: Final = """
SELECT pg_get_indexdef(i.indexrelid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE n.nspname = %(schema)s AND k.oid IS NULL AND i.indisvalid
ORDER BY c.relname, x.relname
"""
# From PostgreSQL 18 on a column may be computed when it is read.
_GENERATED: Final = {"s": "STORED", "v": "VIRTUAL"}
_REASONS: Final = {
    "v": "a view",
    "m": "a materialised view",
    "f": "a foreign table",
    "p": "a partitioned table",
    "S": "a sequence",
    "identity": "an identity column (keys are UUIDv7, see tenants.ids)",
    "regclass": "a default with a regclass cast",
    "trigger": "a trigger",
    "function": "a function",
    "type": "a type of its own",
    "unlogged": "an unlogged table",
    "rule": "a rule",
    "policy": "a row-level policy",
    "security": "row-level security",
    "statistics": "extended statistics",
}


class NotReplayableError(RuntimeError):
    """The schema holds something that can't be replayed for each tenant; the message names all of it."""


@dataclass(frozen=True)
class Structure:
    """What makes an equal schema: DDL in order, then the rows that migrations have put in."""

    tables: tuple[str, ...]
    statements: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class _Constraint:
    """`target`: the table that a reference leads to. `comes_last`: it can't be made together with its table."""

    sql: str
    target: str | None
    comes_last: bool


def read_structure(schema: str) -> Structure:
    """Read a schema. The running context must have it first on its search path, so that definitions don't name it.

    Costs one query per kind of thing, whatever the number of tenants, and one per table that holds rows.
    Raises: NotReplayableError.
    """
    checked(schema)
    with connection.cursor() as cursor:
        _refuse_foreign(cursor, schema)
        tables = _rows(cursor, _TABLES, schema)
        columns, comments = _read_columns(cursor, schema)
        constraints = _read_constraints(cursor, schema)
        # Index definitions always name the schema of the table.
        indexes = [one.replace(f" ON {schema}.", " ON ") for (one,) in _rows(cursor, _INDEXES, schema)]
        created: dict[str, str] = {}
        foreign = []
        for table, options, comment in _referenced_first(tables, constraints):
            inline = []
            for one in constraints.get(table, []):
                # Within CREATE TABLE the server skips the look for rows that a reference would forbid.
                if not one.comes_last and one.target in {None, table, *created}:
                    inline.append(one.sql)
                else:
                    foreign.append(f'ALTER TABLE "{table}" ADD {one.sql}')
            parts = ", ".join([*columns[table].values(), *inline])
            created[table] = f'CREATE TABLE "{table}" ({parts})' + (f" WITH ({options})" if options else "")
            if comment:
                comments.append(f'COMMENT ON TABLE "{table}" IS {_literal(comment)}')
        names = tuple(str(table) for table, _options, _comment in tables)
        rows = tuple(_read_rows(cursor, schema, names))
    return Structure(names, (*created.values(), *indexes, *foreign, *comments), rows)


def _referenced_first(
    tables: list[tuple[str, ...]], constraints: Mapping[str, list[_Constraint]]
) -> list[tuple[str, ...]]:
    """Order tables so that each comes after those that it refers to, as far as they don't refer to each other."""
    rows = {row[0]: row for row in tables}
    ordered: dict[str, tuple[str, ...]] = {}

    def place(table: str, waiting: frozenset[str]) -> None:
        if table in ordered or table in waiting or table not in rows:
            return
        for one in constraints.get(table, []):
            if one.target:
                place(one.target, waiting | {table})
        ordered[table] = rows[table]

    for table in rows:
        place(table, frozenset())
    return list(ordered.values())


def _rows(cursor: CursorWrapper, query: str, schema: str) -> list[tuple[str, ...]]:
    cursor.execute(query, {"schema": schema})
    return list(cursor.fetchall())


def _refuse_foreign(cursor: CursorWrapper, schema: str) -> None:
    found = [
        f"{table}{'.' if column else ''}{column}: {_REASONS[kind]}"
        for kind, table, column in _rows(cursor, _FOREIGN, schema)
    ]
    if found:
        message = "A tenant's schema can't hold these, because they can't be replayed: " + "; ".join(found)
        raise NotReplayableError(message)


def _read_columns(cursor: CursorWrapper, schema: str) -> tuple[dict[str, dict[str, str]], list[str]]:
    columns: dict[str, dict[str, str]] = {}
    comments = []
    for table, name, type_, not_null, null_name, default, generated, collation, comment in _rows(
        cursor, _COLUMNS, schema
    ):
        parts = [f'"{name}" {type_}']
        if collation:
            parts.append(f'COLLATE "{collation}"')
        if generated:
            parts.append(f"GENERATED ALWAYS AS ({default}) {_GENERATED[generated]}")
        elif default and table != RECORDS_TABLE:
            parts.append(f"DEFAULT {default}")
        if not_null:
            parts.append(f'CONSTRAINT "{null_name}" NOT NULL' if null_name else "NOT NULL")
        columns.setdefault(table, {})[name] = " ".join(parts)
        if comment:
            comments.append(f'COMMENT ON COLUMN "{table}"."{name}" IS {_literal(comment)}')
    return columns, comments


def _read_constraints(cursor: CursorWrapper, schema: str) -> dict[str, list[_Constraint]]:
    found: dict[str, list[_Constraint]] = {}
    unique: set[tuple[str, str]] = set()
    for table, name, target, comes_last, definition in _rows(cursor, _CONSTRAINTS, schema):
        # Of two that say the same, CREATE TABLE makes the first one only.
        columns = (table, definition.removeprefix("PRIMARY KEY").removeprefix("UNIQUE"))
        is_second = columns in unique
        if not comes_last:
            unique.add(columns)
        one = _Constraint(f'CONSTRAINT "{name}" {definition}', target, bool(comes_last) or is_second)
        found.setdefault(table, []).append(one)
    return found


def _read_rows(cursor: CursorWrapper, schema: str, tables: tuple[str, ...]) -> Iterator[str]:
    """Write an INSERT for each row that a migration has put into the template; Django's records are kept as nodes."""
    for table in tables:
        if table == RECORDS_TABLE:
            continue
        cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 -- a name from the catalogue
        if not cursor.fetchone()[0]:
            continue
        cursor.execute(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [f'{schema}."{table}"'],
        )
        names = [name for (name,) in cursor.fetchall()]
        values = " || ', ' || ".join(f"quote_nullable({name}::text)" for name in names)
        cursor.execute(f'SELECT {values} FROM "{table}" ORDER BY 1')  # noqa: S608 -- names from the catalogue
        for (literals,) in cursor.fetchall():
            yield f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({literals})'  # noqa: S608 -- quoted by the server


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
