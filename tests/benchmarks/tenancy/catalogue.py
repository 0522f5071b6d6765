"""What tenants weigh in the database's own catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

_BYTES: Final = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'
"""
_SHARED_TABLES: Final = """
SELECT relnamespace::regnamespace::text, relname FROM pg_class
WHERE relnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace) AND relkind = 'r'
"""
_RELATIONS: Final = "SELECT count(*) FROM pg_class"


@dataclass(frozen=True)
class Weight:
    """Bytes of all catalogue tables with their indexes, those of the whole server among them, and how many relations.

    Relations are tables, indexes, sequences and the tables for long values.
    """

    catalogue_bytes: float
    relations: float

    def since(self, before: Weight, *, towns: int) -> Weight:
        """Return what each of so many towns has added."""
        return Weight(
            (self.catalogue_bytes - before.catalogue_bytes) / towns, (self.relations - before.relations) / towns
        )


def weigh(url: str) -> Weight:
    """Weigh the catalogue of one database."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(_BYTES).fetchone(), connection.execute(_RELATIONS).fetchone()
    size, relations = found
    if size is None or relations is None:
        raise AssertionError
    return Weight(float(size[0]), float(relations[0]))


def tidy(url: str) -> None:
    """Let a database know the sizes of its catalogue and its shared tables, as autovacuum does in time."""
    with psycopg.connect(url, autocommit=True) as connection:
        for schema, table in connection.execute(_SHARED_TABLES).fetchall():
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(schema, table)))
