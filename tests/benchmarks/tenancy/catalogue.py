"""What tenants weigh in the database's own catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg

_BYTES: Final = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
"""
_RELATIONS: Final = "SELECT count(*) FROM pg_class"


@dataclass(frozen=True)
class Weight:
    """Bytes of all catalogue tables with their indexes, and the number of relations (tables, indexes, sequences)."""

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
