"""What code of the version still running would not survive, read from the columns before and after a migration.

During a rollout old and new code run side by side, and a tenant that has moved is served by old code for a while. So a
plan refuses what that code reads and would miss, and what it writes and would be refused, unless the migration is
marked `contract = True`: its author says that the release before no longer uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.db.migrations import Migration

from tenants.rollout.observing import Column, Columns
from tenants.rollout.plan import Refusal
from tenants.rollout.running import list_readers

_TEXT: Final = re.compile(r"character varying(?:\((\d+)\))?|text")


def is_contract(migration: Migration) -> bool:
    """Whether the migration takes away what only older releases use."""
    return bool(getattr(migration, "contract", False))


def list_refusals(migration: Migration, *, known: Columns, before: Columns, after: Columns) -> list[Refusal]:
    """Say what a migration takes from running code. `known` are the columns that this code can know of at all.

    A contract step may take what no running process reads.
    """
    name = f"{migration.app_label}.{migration.name}"
    if is_contract(migration):
        readers = list_readers(list_taken(migration, before=before, after=after))
        return [
            Refusal(name, "still_running", {"name": what, "processes": ", ".join(processes)})
            for what, processes in readers.items()
        ]
    return [Refusal(name, code, data) for code, data in _losses(known, before, after)]


def list_taken(migration: Migration, *, before: Columns, after: Columns) -> list[tuple[str, str]]:
    """Return what a contract step takes away, as (table, column); an empty column means the whole table."""
    if not is_contract(migration):
        return []
    remaining = {table for table, _name in after}
    tables = sorted({table for table, _name in before} - remaining)
    columns = sorted(key for key in before.keys() - after.keys() if key[0] in remaining)
    return [*((table, "") for table in tables), *columns]


def _losses(known: Columns, before: Columns, after: Columns) -> Iterator[tuple[str, dict[str, str]]]:
    tables = {table for table, _name in known}
    remaining = {table for table, _name in after}
    for table in sorted({table for table, _name in before} & tables - remaining):
        yield "table_gone", {"name": table}
    for key, column in sorted(before.items()):
        if key in known and key[0] in remaining:
            yield from _changed(".".join(key), column, after.get(key))
    for (table, name), column in sorted(after.items()):
        if table in tables and (table, name) not in before and column.is_not_null and not column.fills_itself:
            yield "column_needs_value", {"name": f"{table}.{name}"}


def _changed(name: str, old: Column, new: Column | None) -> Iterator[tuple[str, dict[str, str]]]:
    if new is None:
        yield "column_gone", {"name": name}
        return
    if old.type != new.type and not _is_wider(old.type, new.type):
        yield "type_changed", {"name": name, "old": old.type, "new": new.type}
    # Code of the release before writes rows without it where it was empty or filled itself until now.
    if new.is_not_null and not new.fills_itself and (not old.is_not_null or old.fills_itself):
        yield "column_not_null", {"name": name}


def _is_wider(old: str, new: str) -> bool:
    """Whether every value of the old type is one of the new: longer text, or text of any length."""
    before, after = _TEXT.fullmatch(old), _TEXT.fullmatch(new)
    if before is None or after is None:
        return False
    return after.group(1) is None or (before.group(1) is not None and int(after.group(1)) >= int(before.group(1)))
