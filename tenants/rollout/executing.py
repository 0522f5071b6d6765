"""Carry one step out in one tenant, inside the caller's transaction (a concurrent index apart)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.operations import RunPython
from django.db.migrations.state import StateApps

from tenants.context import as_migration
from tenants.names import tenant_role
from tenants.provisioning.graph import Node, tenant_graph
from tenants.provisioning.replay import grant_statements, record_statements, unrecord_statements
from tenants.registry.generations import touch_tenant_of
from tenants.rollout.kinds import index_named, list_operations, without_schema, writes_rows
from tenants.rollout.operations import RunInBatches
from tenants.rollout.options import Options
from tenants.rollout.plan import Direction, Statement, Step


class IndexDiffersError(RuntimeError):
    """An index of the same name is there, but it is another one."""


@dataclass(frozen=True)
class Way:
    """A step in a tenant's schema, and which way it goes."""

    schema: str
    step: Step
    direction: Direction

    @property
    def is_backwards(self) -> bool:
        """Whether migrations are taken back."""
        return self.direction == "backwards"


def set_limits(options: Options, *, seconds: float) -> None:
    """Bound every statement of the running transaction, and its wait for locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL lock_timeout = {int(options.lock_seconds * 1000)}; "
            f"SET LOCAL statement_timeout = {int(seconds * 1000)}"
        )


def run_schema_step(way: Way) -> None:
    """Send all statements, the rights on new tables and the records in one message.

    A line each: a comment at the end of a statement must not swallow the next one.
    """
    step = way.step
    grants = grant_statements(way.schema, tenant_role(way.schema), step.new_tables)[1:]
    with as_migration(way.schema), connection.cursor() as cursor:
        cursor.execute(";\n".join([*(one.sql for one in step.statements), *grants, *_records(way)]))
    if any(writes_rows(one.sql) for one in step.statements):
        touch_tenant_of(tenant_role(way.schema))


def run_data_step(way: Way, progress: dict[str, Any]) -> dict[str, Any] | None:
    """Run the data migration's next piece; return how far it came, or None when it is done and recorded.

    A piece is a batch of a `RunInBatches`, or a whole `RunPython`.
    Effects: pages and what is remembered of the tenant's rows are made anew.
    """
    (node,) = way.step.nodes
    operations = _data_operations(node)
    if way.is_backwards:
        operations = operations[::-1]
    number = int(progress.get("operation", 0))
    with as_migration(way.schema, migrates="tenant"):
        after = _run_piece(way, operations[number], progress.get("after"))
        # Last, so that nobody who saves something in the town waits for the piece.
        touch_tenant_of(tenant_role(way.schema))
        if after is not None:
            return {"operation": number, "after": after, "batches": int(progress.get("batches", 0)) + 1}
        if number + 1 < len(operations):
            return {"operation": number + 1, "batches": int(progress.get("batches", 0)) + 1}
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(_records(way)))
    return None


def _run_piece(way: Way, operation: RunPython, after: str | None) -> str | None:
    (node,) = way.step.nodes
    apps = _apps_at(tuple(way.step.before) if not way.is_backwards else _without(way.step.before, node))
    with DatabaseSchemaEditor(connection, atomic=False) as editor:
        if isinstance(operation, RunInBatches):
            return operation.run_batch(apps, editor, after=after, is_backwards=way.is_backwards)
        code = operation.reverse_code if way.is_backwards else operation.code
        if code is None:
            message = "this data migration can't be taken back; the plan refuses that"
            raise NotImplementedError(message)
        code(apps, editor)
    return None


def _without(nodes: list[Node], node: Node) -> tuple[Node, ...]:
    return tuple(one for one in nodes if one != node)


def read_indexes(way: Way) -> dict[str, int]:
    """Return which of the indexes that a step names are there, by what the server knows them by, whatever their name.

    Noted before the first statement, it tells later what the step itself has made or dropped.
    """
    names = [name for _verb, name in _named(way)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.oid::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = ANY(%s)",
            [way.schema, names],
        )
        return dict(cursor.fetchall())


def run_index_statements(way: Way, options: Options) -> None:
    """Build or drop indexes without blocking anybody. Outside of a transaction; safe to run again after a crash.

    A build that was cut off leaves an invalid index behind: it is dropped first. A usable one that somebody else has
    given the name is left alone.
    Raises: IndexDiffersError.
    """
    with as_migration(way.schema), _index_limits(options), connection.cursor() as cursor:
        for statement in way.step.statements:
            if not _is_done(way.schema, statement):
                _refuse_another(way.schema, statement)
                cursor.execute(statement.sql)


def _refuse_another(schema: str, statement: Statement) -> None:
    verb, name = index_named(statement.sql)
    if verb == "CREATE" and _find_index(schema, name):
        message = f"there is another index named {name}; rename or drop it, then resume with --retry"
        raise IndexDiffersError(message)


def drop_broken_indexes(way: Way, options: Options) -> None:
    """Drop what builds that failed have left behind: nobody can use it, and every write would keep it up to date."""
    with as_migration(way.schema), _index_limits(options):
        for statement in way.step.statements:
            _is_done(way.schema, statement)


@contextmanager
def _index_limits(options: Options) -> Iterator[None]:
    # A concurrent build waits for every older transaction at the table. Whoever waits here works for no other tenant.
    limits = {"lock_timeout": options.index_wait_seconds, "statement_timeout": options.index_seconds}
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET {name} = {int(seconds * 1000)}" for name, seconds in limits.items()))
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute("RESET lock_timeout; RESET statement_timeout")


def record_index_step(way: Way) -> None:
    """Record a finished index step, in the caller's transaction."""
    with as_migration(way.schema), connection.cursor() as cursor:
        cursor.execute(";\n".join(_records(way)))


def settle_index_statements(way: Way, options: Options, *, before: Mapping[str, int]) -> bool:
    """Leave nothing half done of indexes that were to be built or dropped; return whether all is done after all.

    What was built since (`before`: see `read_indexes`) is dropped; but a dropped index is not built again, nor one that
    another has replaced: then the rest is done, too.
    """
    with as_migration(way.schema), _index_limits(options), connection.cursor() as cursor:
        now = read_indexes(way)
        changed = {name for _verb, name in _named(way) if now.get(name) != before.get(name)}
        dropped = [name for verb, name in _named(way) if verb == "DROP" and name in changed]
        if dropped or all(_is_done(way.schema, one) for one in way.step.statements):
            run_index_statements(way, options)
            return True
        for name in sorted(changed & now.keys()):
            cursor.execute(_drop(name))
    return False


def _is_done(schema: str, statement: Statement) -> bool:
    """Tell whether an index is as the statement makes it; drop what a broken build has left of it."""
    verb, name = index_named(statement.sql)
    found = _find_index(schema, name) if name else None
    if verb == "DROP" or found is None:
        return verb == "DROP" and found is None
    is_valid, definition = found
    if not is_valid:
        with connection.cursor() as cursor:
            cursor.execute(_drop(name))
        return False
    # A plan that an older release has stored does not say how it looks.
    return definition == (statement.makes or definition)


def _drop(name: str) -> str:
    quoted = name.replace('"', '""')
    return f'DROP INDEX CONCURRENTLY IF EXISTS "{quoted}"'


def _named(way: Way) -> list[tuple[str, str]]:
    named = (index_named(statement.sql) for statement in way.step.statements)
    return [(verb, name) for verb, name in named if name]


def _find_index(schema: str, name: str) -> tuple[bool, str] | None:
    """Return whether an index can be used, and its definition; or None when there is none of this name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indisvalid, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_index i ON i.indexrelid = c.oid WHERE n.nspname = %s AND c.relname = %s",
            [schema, name],
        )
        found = cursor.fetchone()
    return None if found is None else (bool(found[0]), without_schema(found[1], schema))


def _records(way: Way) -> list[str]:
    return (unrecord_statements if way.is_backwards else record_statements)(way.step.nodes)


def _data_operations(node: Node) -> list[RunPython]:
    return [one for one in list_operations(tenant_graph().migration(node)) if isinstance(one, RunPython)]


@lru_cache(maxsize=8)
def _apps_at(nodes: tuple[Node, ...]) -> StateApps:
    """Return the models at a state; rendered once per process, not per tenant."""
    return tenant_graph().state_after(nodes).apps
