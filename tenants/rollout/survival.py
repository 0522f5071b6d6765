"""What code of the version still running would not survive, read from the columns before and after a migration.

During a rollout old and new code run side by side, and a tenant that has moved is served by old code for a while. So a
plan refuses what that code reads and would miss, and what it writes and would be refused, unless the migration is
marked `contract = True`: its author says that the release before no longer uses it. A way back takes what the release
to come reads; there is nothing to mark, so it waits until no running process does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from django.db.migrations import Migration

from tenants.rollout.observing import Column, Columns
from tenants.rollout.plan import Direction, Refusal
from tenants.rollout.running import list_readers

_TEXT: Final = re.compile(r"character varying(?:\((\d+)\))?|text")


def is_contract(migration: Migration) -> bool:
    """Whether the migration takes away what only older releases use."""
    return bool(getattr(migration, "contract", False))


def may_take(migration: Migration, direction: Direction) -> bool:
    """Whether it may take away what no running process reads: a contract step, or a way back."""
    return direction == "backwards" or is_contract(migration)


def list_losses(migration: Migration, *, known: Columns, before: Columns, after: Columns) -> list[Refusal]:
    """Say what a migration takes from running code. `known` are the columns that this code can know of at all."""
    name = f"{migration.app_label}.{migration.name}"
    return [Refusal(name, code, data) for code, data in _losses(known, before, after)]


def list_still_read(migration: Migration, taken: Iterable[tuple[str, str]]) -> list[Refusal]:
    """Say what running processes read of that which a migration that `may_take` takes away."""
    name = f"{migration.app_label}.{migration.name}"
    return [
        Refusal(name, "still_running", {"name": what, "processes": ", ".join(processes)})
        for what, processes in list_readers(taken).items()
    ]


def list_taken(*, before: Columns, after: Columns) -> list[tuple[str, str]]:
    """Return what is there no more, as (table, column); an empty column means the whole table."""
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
    # A default saves no row here: Django names every column that it knows, and writes NULL where it was allowed.
    if new.is_not_null and (not old.is_not_null or (old.fills_itself and not new.fills_itself)):
        yield "column_not_null", {"name": name}


def _is_wider(old: str, new: str) -> bool:
    """Whether every value of the old type is one of the new: longer text, or text of any length."""
    before, after = _TEXT.fullmatch(old), _TEXT.fullmatch(new)
    if before is None or after is None:
        return False
    return after.group(1) is None or (before.group(1) is not None and int(after.group(1)) >= int(before.group(1)))
