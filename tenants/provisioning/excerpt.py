"""Make some of a snapshot's tables without the others: what a comparison of these tables needs, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tenants.provisioning.snapshot import Snapshot

_NAME: Final = r'(?:"(?:[^"]|"")+"|\w+)'
# The beginnings of all that `structure` writes, each with the table that it belongs to.
_BELONGS_TO: Final = re.compile(
    rf"(?:CREATE TABLE|ALTER TABLE|COMMENT ON TABLE|COMMENT ON COLUMN|CREATE (?:UNIQUE )?INDEX {_NAME} ON) "
    rf"(?P<table>{_NAME})"
)


def excerpt_of(snapshot: Snapshot, tables: Iterable[str]) -> Snapshot:
    """Return the snapshot with these tables, as far as it has them, and those that they can't be made without.

    Everything that makes a table stays: its indexes and comments, its references and, for their sake, the tables that
    these lead to, with all of theirs. Rows don't: they say nothing of a table's structure. A snapshot with a statement
    whose table can't be told stays whole.
    """
    belonging: dict[str, list[str]] = {table: [] for table in snapshot.tables}
    for statement in snapshot.statements:
        table = _table_of(statement)
        if table not in belonging:
            return snapshot
        belonging[table].append(statement)
    needed: set[str] = set()
    found = set(tables) & belonging.keys()
    while found:
        needed |= found
        said = "\n".join(statement for table in found for statement in belonging[table])
        # No statement can depend on a table without naming it. A name within another's brings a table too many at most.
        found = {table for table in belonging.keys() - needed if table in said}
    kept = {statement for table in needed for statement in belonging[table]}
    return replace(
        snapshot,
        tables=tuple(table for table in snapshot.tables if table in needed),
        statements=tuple(statement for statement in snapshot.statements if statement in kept),
        rows=(),
    )


def _table_of(statement: str) -> str:
    match = _BELONGS_TO.match(statement)
    name = match["table"] if match else ""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
