"""A schema in which migrations are tried: made, used and dropped, one at a time in a deployment.

It is real and committed, like a tenant's: only so do concurrent index builds work, and locks show what they are.
A process that dies leaves it behind; the next rehearsal replaces it, and `verbund doctor` names it meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict
from tenants.names import REHEARSAL_SCHEMA
from tenants.provisioning.graph import Node, TenantGraph
from tenants.provisioning.locking import one_at_a_time
from tenants.provisioning.recording import RecordingSchemaEditor

# One rehearsal at a time per deployment. The number is arbitrary.
_LOCK: Final = 7_215_002
_PATIENCE_SECONDS = 120.0


@contextmanager
def open_rehearsal() -> Iterator[str]:
    """Make the empty schema and run the block as its owner, with it first on the search path; drop it afterwards.

    Raises: Conflict when another rehearsal takes too long; RuntimeError inside a transaction, which would hold
    concurrent index builds up.
    """
    if connection.in_atomic_block:
        message = "a rehearsal can't run inside a transaction: concurrent index builds would wait for it forever"
        raise RuntimeError(message)
    with (
        as_migration(REHEARSAL_SCHEMA, migrates="tenant"),
        one_at_a_time(_LOCK, patience_seconds=_PATIENCE_SECONDS, busy=_busy) as is_held,
    ):
        _run(f"DROP SCHEMA IF EXISTS {REHEARSAL_SCHEMA} CASCADE")
        _run(f"CREATE SCHEMA {REHEARSAL_SCHEMA}")
        try:
            yield REHEARSAL_SCHEMA
        finally:
            # A connection that is gone has let go of the lock, too: the schema may be another rehearsal's by now.
            if is_held():
                _run(f"DROP SCHEMA IF EXISTS {REHEARSAL_SCHEMA} CASCADE")


@contextmanager
def rehearsal_at(graph: TenantGraph, nodes: Collection[Node]) -> Iterator[str]:
    """Make a rehearsal in which Django has run these migrations (in their order) from nothing."""
    with open_rehearsal() as schema:
        done: list[Node] = []
        for node in nodes:
            run_forwards(graph, node, after=done)
            done.append(node)
        _run(RECORDS_SQL)
        yield schema


# The table of Django's recorder as it stands in tenants' schemas: without the counter that it has in the template.
RECORDS_SQL: Final = (
    "CREATE TABLE django_migrations (id bigint NOT NULL, app varchar(255) NOT NULL, name varchar(255) NOT NULL, "
    "applied timestamp with time zone NOT NULL, CONSTRAINT django_migrations_pkey PRIMARY KEY (id))"
)


def run_forwards(graph: TenantGraph, node: Node, *, after: Collection[Node]) -> list[str]:
    """Let Django apply a migration in the schema of the running context; return the statements it sent."""
    migration = graph.migration(node)
    with RecordingSchemaEditor(atomic=migration.atomic) as editor:
        migration.apply(graph.state_after(after), editor)
    return editor.recorded


def run_backwards(graph: TenantGraph, node: Node, *, before: Collection[Node]) -> list[str]:
    """Let Django take a migration back; `before` is what remains applied. Returns the statements it sent.

    Raises: django.db.migrations.exceptions.IrreversibleError.
    """
    migration = graph.migration(node)
    with RecordingSchemaEditor(atomic=migration.atomic) as editor:
        migration.unapply(graph.state_after(before), editor)
    return editor.recorded


def _busy() -> Conflict:
    return Conflict(
        _("Ein anderer Probelauf ist noch nicht zu Ende. Versuchen Sie es in ein paar Minuten noch einmal."),
        code="rehearsal_busy",
    )


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
