"""How long a step will take in a tenant: the rehearsal's time, and what grows with the tables that are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db import connection

from tenants.context import as_migration
from tenants.rollout.plan import Statement, Step

# Rough speeds on ordinary disks, so that "seconds" and "hours" are told apart; a run's own pace replaces them.
_BYTES_PER_SECOND: Final = {
    "table_rewrite": 40_000_000,
    "index_blocks_writes": 30_000_000,
    "index_blocks_all": 30_000_000,
    "index_rebuilt": 30_000_000,
    "constraint_scans": 200_000_000,
    "not_null_scans": 200_000_000,
    "rows_in_schema_step": 5_000_000,
}
_CONCURRENT_BYTES_PER_SECOND: Final = 15_000_000
_ROUND_TRIPS_SECONDS: Final = 0.02
_TABLE: Final = re.compile(r'\sON\s+(?:ONLY\s+)?(?:"([^"]+)"|(\w+))', re.IGNORECASE)
# The mean size over the tenants concerned: one query over the catalogue for the whole plan.
_SIZES: Final = """
SELECT c.relname, sum(c.relpages)::bigint * current_setting('block_size')::bigint / %(tenants)s
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%(schemas)s) AND c.relkind = 'r' GROUP BY c.relname
"""


def estimate_seconds(steps: Sequence[Step], schemas: Sequence[str]) -> float:
    """Return the expected seconds per tenant, data migrations apart: what they do is not known beforehand."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(_SIZES, {"schemas": list(schemas), "tenants": max(len(schemas), 1)})
        sizes = {table: int(size) for table, size in cursor.fetchall()}
    seconds = sum(_ROUND_TRIPS_SECONDS for _step in steps)
    for step in steps:
        seconds += sum(_statement_seconds(one, sizes) for one in step.statements)
    return round(seconds, 3)


def _statement_seconds(statement: Statement, sizes: dict[str, int]) -> float:
    read = [(one.table, _BYTES_PER_SECOND[one.code]) for one in statement.dangers if one.code in _BYTES_PER_SECOND]
    built_on = _TABLE.search(statement.sql) if statement.makes else None
    if built_on:
        read.append((built_on.group(1) or built_on.group(2), _CONCURRENT_BYTES_PER_SECOND))
    return statement.milliseconds / 1000 + sum(sizes.get(table, 0) / speed for table, speed in read)
