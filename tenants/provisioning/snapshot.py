"""The snapshot of a tenant schema at one state of the migrations: kept in the database, made when it is missing.

Django's migrations run on the template only. What they leave there is read once (`structure`) and kept under the
version of the migration graph (`graph`); every new tenant is replayed from it. Snapshots of earlier versions stay: they
say what a tenant at that version has to look like, and rollouts are rehearsed on them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.names import TEMPLATE_SCHEMA
from tenants.provisioning.graph import Node, tenant_graph, version_of
from tenants.provisioning.models import SchemaSnapshot
from tenants.provisioning.rehearsal import rehearsal_at
from tenants.provisioning.structure import RECORDS_TABLE, read_structure

_SHORTEST: Final = 6
# The database is asked each time, but sends again only what is not the very row that was read here before: to send and
# read a snapshot takes longer than to ask for it.
_READ: Final = """
SELECT mark, CASE WHEN mark <> %(known)s THEN json_build_array(nodes, tables, statements, rows)::text END
FROM (SELECT *, concat_ws(' ', ctid, xmin, created_at) AS mark FROM provisioning_schemasnapshot) AS found
WHERE version = %(version)s
"""
_KEPT_AT_MOST: Final = 4


@dataclass(frozen=True)
class Snapshot:
    """The statements in order, the tables they make, the rows that belong in, and the migrations they stand for."""

    version: str
    nodes: tuple[Node, ...]
    tables: tuple[str, ...]
    statements: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def own_tables(self) -> tuple[str, ...]:
        """The tables of the tenant's data: all but Django's record of migrations."""
        return tuple(table for table in self.tables if table != RECORDS_TABLE)


@dataclass(frozen=True)
class _Kept:
    """A snapshot as it was read, with what tells its row from every other, and from itself if it were ever changed."""

    mark: str
    snapshot: Snapshot


# By version, the latest that this process has read. Threads share them: nothing in a snapshot can be changed.
_kept: dict[str, _Kept] = {}
_keeping: Final = threading.Lock()


def ensure_snapshot() -> Snapshot:
    """Return the snapshot of the migrations on disk, reading the template if none is stored yet.

    Raises: Conflict while the template is not at the version of the files (`verbund migrate` brings it there).
    """
    graph = tenant_graph()
    with as_migration():
        stored = _stored(graph.version)
        if stored is not None:
            return stored
    with as_migration(TEMPLATE_SCHEMA):
        if graph.normal(list_applied()) != set(graph.nodes):
            raise Conflict(
                _(
                    "Die Vorlage für neue Kommunen ist noch nicht auf dem Stand dieser Programmversion. "
                    "Führen Sie erst „verbund migrate“ aus."
                ),
                code="template_behind",
            )
    return keep_snapshot(TEMPLATE_SCHEMA, graph.nodes)


def snapshot_of(version: str) -> Snapshot:
    """Return a stored snapshot.

    Raises: NotFound for a version that this deployment has never had.
    """
    with as_migration():
        stored = _stored(version)
    if stored is None:
        raise NotFound(
            _("Der Schemastand {version} ist hier nicht bekannt.").format(version=version[:12] or "–"),
            code="version_unknown",
        )
    return stored


def find_snapshot(beginning: str) -> Snapshot:
    """Return the stored snapshot whose version begins with this (six digits or more).

    Raises: InvalidInput for too short or ambiguous a beginning, NotFound.
    """
    if len(beginning) < _SHORTEST:
        raise InvalidInput(_("Geben Sie mindestens sechs Stellen des Schemastands an."), code="version_too_short")
    with as_migration():
        found = list(SchemaSnapshot.objects.filter(version__startswith=beginning).values_list("version", flat=True)[:2])
    if len(found) > 1:
        raise InvalidInput(_("Mehrere Schemastände beginnen mit {version}.").format(version=beginning))
    return snapshot_of(found[0] if found else beginning)


def snapshot_at(nodes: Collection[Node]) -> Snapshot:
    """Return the snapshot of a state by its migrations, rehearsing it when this deployment has never had it.

    Raises: InvalidInput when the files here don't know one of the migrations: a newer version made that state.
    """
    graph = tenant_graph()
    wanted = graph.normal(nodes)
    version = version_of(wanted)
    with as_migration():
        stored = _stored(version)
    if stored is not None:
        return stored
    unknown = graph.unknown(wanted)
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown)
        raise InvalidInput(
            _("Dieser Stand stammt von einer neueren Programmversion; hier fehlen: {names}.").format(names=names),
            code="version_newer",
        )
    with rehearsal_at(graph, graph.ordered(wanted)) as schema:
        return keep_snapshot(schema, graph.ordered(wanted))


def keep_snapshot(schema: str, nodes: Collection[Node]) -> Snapshot:
    """Read a schema that is at this state and store what was read; the first one stored is kept.

    Raises: Conflict when there is nothing to read, because the schema is gone: that would be kept for ever.
    """
    version = version_of(nodes)
    with as_migration(schema):
        structure = read_structure(schema)
    if not structure.tables:
        raise Conflict(
            _("Das Schema {schema} gibt es nicht mehr, oder es ist leer. Versuchen Sie es noch einmal.").format(
                schema=schema
            ),
            code="schema_gone",
        )
    with as_migration():
        SchemaSnapshot.objects.get_or_create(
            version=version,
            defaults={
                "nodes": [list(node) for node in nodes],
                "tables": list(structure.tables),
                "statements": list(structure.statements),
                "rows": list(structure.rows),
            },
        )
        stored = _stored(version)
    assert stored is not None  # noqa: S101 -- stored one line above
    return stored


def list_applied() -> list[Node]:
    """Return the migrations that Django has recorded in the schema of the running context."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app, name FROM django_migrations WHERE app = ANY(%s) ORDER BY id",
            [sorted({app for app, _name in tenant_graph().nodes})],
        )
        return [(app, name) for app, name in cursor.fetchall()]


def _stored(version: str) -> Snapshot | None:
    known = _kept.get(version)
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"version": version, "known": known.mark if known else ""})
        row = cursor.fetchone()
    if row is None:
        return None
    mark, content = row
    if known and content is None:
        return known.snapshot
    nodes, tables, statements, rows = json.loads(content)
    snapshot = Snapshot(
        version, tuple((app, name) for app, name in nodes), tuple(tables), tuple(statements), tuple(rows)
    )
    with _keeping:
        _kept.pop(version, None)
        _kept[version] = _Kept(mark, snapshot)
        if len(_kept) > _KEPT_AT_MOST:
            del _kept[next(iter(_kept))]
    return snapshot
