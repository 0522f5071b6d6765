"""How connections can be kept: each thread its own, or a pool of the process; and how often they are recycled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections
from django.test import override_settings

from tenants.context import TenantRef, as_umbrella, in_tenant
from tenants.postgresql.pool import share_connections
from tenants.postgresql.signals import connection_recycled


@contextmanager
def sharing(size: int, *, wait_seconds: float = 20) -> Iterator[None]:
    """Share so many connections among the threads of this process; 0 leaves each thread its own."""
    database = connections.settings["default"]
    before = {"OPTIONS": dict(database["OPTIONS"]), "CONN_MAX_AGE": database["CONN_MAX_AGE"]}
    with override_settings(VERBUND_POOL_SIZE=size, VERBUND_POOL_WAIT_SECONDS=wait_seconds):
        share_connections()
        try:
            yield
        finally:
            connections.close_all()
            connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend has it
            database.update(before)


@contextmanager
def recycling(limit: int) -> Iterator[list[object]]:
    """Let a session see so many schemas, and yield a list that grows with every session that had enough."""
    recycled: list[object] = []

    def note(sender: object, **_details: object) -> None:
        recycled.append(sender)

    connection_recycled.connect(note)
    try:
        with override_settings(VERBUND_TENANTS_PER_CONNECTION=limit):
            yield recycled
    finally:
        connection_recycled.disconnect(note)


def backend() -> int:
    """Return the number of the server's process that answers now, asked without a tenant."""
    with as_umbrella(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def seen() -> tuple[str, str, int]:
    """Return role, schema and process of the server, as it has them now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema(), pg_backend_pid()")
        role, schema, process = cursor.fetchone()
    return role, schema, process


def visit(town: TenantRef) -> int:
    """Look a town up, make sure that it is the right one, and return the server's process."""
    with in_tenant(town):
        role, schema, process = seen()
    assert (role, schema) == (town.role, town.schema)
    return process


def in_threads(work: Callable[[int], None], *, threads: int) -> None:
    """Run in so many threads at once; each gives its connection back at the end."""

    def finishing(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(finishing, number) for number in range(threads)]:
            done.result()
