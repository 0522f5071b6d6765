"""The tables of a tenant's schema as CSV, out and in, through PostgreSQL's own COPY.

Names in SQL come from the catalogue, never from an archive; values pass as data only.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.types.json import Jsonb

from tenants.errors import Conflict
from tenants.names import checked
from tenants.personal import TableRules

RECORDS_TABLE: Final = "django_migrations"

# One schema by name: index look-ups, however many schemas there are. Generated columns make themselves.
_COLUMNS: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_namespace n
JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE n.nspname = %s AND c.relname <> %s
ORDER BY c.relname, a.attnum
"""
_KEYS: Final = """
SELECT c.relname, a.attname
FROM pg_namespace n
JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
WHERE n.nspname = %s
ORDER BY c.relname, k.place
"""
# The same text whatever the server's or the login's own settings are.
_PLAIN_TEXT: Final = (
    "SET LOCAL TimeZone TO 'UTC'; SET LOCAL DateStyle TO 'ISO, YMD'; SET LOCAL IntervalStyle TO 'iso_8601'; "
    "SET LOCAL extra_float_digits TO 1; SET LOCAL bytea_output TO 'hex'; SET LOCAL statement_timeout TO 0"
)
_OPTIONS: Final = sql.SQL("WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')")


@dataclass(frozen=True)
class Table:
    """A table as the catalogue knows it: columns with their types, and the primary key."""

    schema: str
    name: str
    types: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that hold values of their own."""
        return tuple(self.types)

    @property
    def sql(self) -> sql.Identifier:
        """The full name, quoted."""
        return sql.Identifier(self.schema, self.name)


def use_plain_text() -> None:
    """Fix how values are written as text for the running transaction, and let long copies run."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN_TEXT)


def list_tables(schema: str) -> dict[str, Table]:
    """Return the tables of a schema but Django's own records, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [checked(schema), RECORDS_TABLE])
        types: dict[str, dict[str, str]] = {}
        for table, column, type_ in cursor.fetchall():
            types.setdefault(table, {})[column] = type_
        cursor.execute(_KEYS, [schema])
        keys: dict[str, list[str]] = {}
        for table, column in cursor.fetchall():
            keys.setdefault(table, []).append(column)
    return {name: Table(schema, name, found, tuple(keys.get(name, ()))) for name, found in types.items()}


def lock_tables(schema: str, names: Iterable[str], *, mode: str, timeout_seconds: int = 30) -> None:
    """Lock tables until the transaction ends: against a change of their structure, or (SHARE) against every writer.

    Raises: Conflict when somebody else holds one for longer than the timeout.
    """
    tables = sql.SQL(", ").join(sql.Identifier(checked(schema), name) for name in (*names, RECORDS_TABLE))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout TO '{int(timeout_seconds)}s'")
        try:
            cursor.execute(sql.SQL("LOCK TABLE {} IN {} MODE").format(tables, sql.SQL(mode)))
        except Exception as refused:
            if getattr(refused.__cause__, "sqlstate", "") != "55P03":
                raise
            message = _("Es laufen noch Vorgänge in den Tabellen dieser Kommune. Versuchen Sie es gleich noch einmal.")
            raise Conflict(message, code="tables_busy") from refused


def copy_out(
    table: Table, rules: TableRules | None = None, *, only: Collection[str] = ()
) -> Generator[bytes, None, None]:
    """Yield a table as CSV in the order of its key, so that equal rows give equal bytes.

    With `rules` what they call personal never leaves the database: their constants stand in its place. `only` names the
    columns, in order, if not all are wanted.
    """
    with connection.cursor() as cursor:
        types = {name: table.types[name] for name in only or table.columns}
        query = sql.SQL("COPY ({}) TO STDOUT {}").format(_selection(replace(table, types=types), rules), _OPTIONS)
        with connection.wrap_database_errors, cursor.copy(query) as copy:
            for block in copy:
                yield bytes(block)


def _selection(table: Table, rules: TableRules | None) -> sql.Composed:
    replaced = rules.replacements if rules else {}
    values = [
        sql.SQL("{}::{} AS {}").format(_literal(replaced[name]), sql.SQL(type_), sql.Identifier(name))
        if name in replaced
        else sql.Identifier(name)
        for name, type_ in table.types.items()
    ]
    order = sql.SQL(", ").join(sql.Identifier(name) for name in table.key or table.columns)
    where = sql.SQL("false" if rules and rules.drops_rows else "true")
    return sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(sql.SQL(", ").join(values), table.sql, where, order)


def _literal(value: object) -> sql.Literal:
    return sql.Literal(Jsonb(value) if isinstance(value, list | dict) else value)


def copy_in(table: Table, columns: Iterable[str], blocks: Iterable[bytes]) -> int:
    """Fill a table from CSV and return the number of rows. `columns` are the file's, each one of the table's own."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    with connection.cursor() as cursor:
        query = sql.SQL("COPY {} ({}) FROM STDIN {}").format(table.sql, names, _OPTIONS)
        with connection.wrap_database_errors, cursor.copy(query) as copy:
            for block in blocks:
                copy.write(block)
        return int(cursor.rowcount)


def empty_tables(tables: Iterable[Table]) -> None:
    """Take out the rows that migrations have put in: the archive has its own."""
    names = [table.sql for table in tables]
    if names:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))


def list_values(table: Table, column: str) -> list[tuple[str, str]]:
    """Return (key, value) of every row with a text in a column, for instance the names of files."""
    key = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in table.key or table.columns)
    query = sql.SQL("SELECT concat_ws(' ', {}), {} FROM {} WHERE {} <> '' ORDER BY 1").format(
        key, sql.Identifier(column), table.sql, sql.Identifier(column)
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cast("list[tuple[str, str]]", cursor.fetchall())


def count_rows(tables: Iterable[Table]) -> dict[str, int]:
    """Return the number of rows by table."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(table.sql))
            found[table.name] = cursor.fetchone()[0]
    return found
