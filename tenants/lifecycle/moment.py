"""One moment of a tenant: its version and its tables, locked so that a rollout changes neither while they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UndefinedTable

from tenants.context import TenantRef, as_migration
from tenants.errors import Conflict, ExternalTemporary
from tenants.lifecycle import tables
from tenants.lifecycle.tables import Table
from tenants.provisioning.graph import Node
from tenants.provisioning.snapshot import Snapshot, list_applied, snapshot_at

# A rollout takes each town one step further; several steps behind each other are rare.
_TRIES: Final = 3


class _Moved(Exception):
    """A rollout has changed the schema between the first look at its version and the locks."""


@contextmanager
def one_moment(ref: TenantRef, *, mode: str) -> Iterator[tuple[Snapshot, dict[str, Table]]]:
    """Yield the version and the tables, all as they were at one moment, in a transaction that can't write.

    Raises: Conflict for tables or columns that no migration has made, and while somebody holds a table;
    ExternalTemporary when a rollout is faster than this, three times.
    """
    for _try in range(_TRIES):
        with as_migration(ref.schema):
            applied = list_applied()
            snapshot = snapshot_at(applied)
        with as_migration(ref.schema), transaction.atomic(durable=True):
            try:
                found = _locked(ref, snapshot, applied, mode=mode)
            except _Moved:
                transaction.set_rollback(True)
                continue
            _require_no_drift(ref, snapshot, found)
            yield snapshot, found
            return
    raise ExternalTemporary(
        _(
            "Die Tabellen von {schema} werden gerade umgebaut. Es ist nichts geschehen; versuchen Sie es nach dem "
            "Rollout noch einmal. Läuft keiner, prüfen Sie mit „verbund doctor“."
        ).format(schema=ref.schema),
        code="schema_moving",
    )


def _locked(ref: TenantRef, snapshot: Snapshot, applied: Collection[Node], *, mode: str) -> dict[str, Table]:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    # Before the first look, which fixes the moment: nobody changes a table's structure from here on.
    try:
        tables.lock_tables(ref.schema, snapshot.own_tables, mode=mode)
    except ProgrammingError as refused:
        if isinstance(refused.__cause__, UndefinedTable):
            raise _Moved from refused
        raise
    if set(list_applied()) != set(applied):
        raise _Moved
    tables.use_plain_text()
    return tables.list_tables(ref.schema)


def _require_no_drift(ref: TenantRef, snapshot: Snapshot, found: Mapping[str, Table]) -> None:
    """Refuse what no import would take: tables or columns that somebody has made by hand."""
    made = {one.split('"', 2)[1]: one for one in snapshot.statements if one.startswith('CREATE TABLE "')}
    odd = sorted(set(found) ^ set(snapshot.own_tables)) or sorted(
        f"{name}.{column}"
        for name, table in found.items()
        for column in table.columns
        if f'"{column}" ' not in made[name]
    )
    if odd:
        message = _("Die Tabellen von {schema} sind nicht die des Schemastands {version}: {names}.").format(
            schema=ref.schema, version=snapshot.version[:12], names=", ".join(odd)
        )
        raise Conflict(message + " " + _("Prüfen Sie mit „verbund doctor“."), code="schema_drift")
