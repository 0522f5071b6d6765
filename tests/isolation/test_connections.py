"""Sessions are recycled without anybody's noticing; a shared connection never speaks for the last one who had it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from federation.devstack import pytest_plugin
from federation.devstack.ports import free_port
from tenants.context import TenantRef, current_identity, in_tenant
from tenants.postgresql.session import session_of
from tenants.registry.sites import directory
from tests.isolation.modes import backend, recycling, sharing

Towns = list[TenantRef]


@pytest.fixture
def towns(fresh_database: str) -> Towns:
    """Return all towns of the demo, in a database of their own where transactions are real."""
    return [tenant.ref for tenant in directory.snapshot().tenants.values()]


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


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# ---------------------------------------------------------------- recycling


def test_a_long_loop_spreads_over_sessions(towns: Towns) -> None:
    with recycling(3):
        schemas: dict[int, set[str]] = {}
        for town in towns:
            schemas.setdefault(visit(town), set()).add(town.schema)
    assert len(schemas) >= len(towns) // 3
    assert max(map(len, schemas.values())) <= 3


def test_staying_with_the_same_towns_keeps_the_session(towns: Towns) -> None:
    with recycling(3) as recycled:
        connection.close()
        assert len({visit(town) for _round in range(5) for town in towns[:3]}) == 1
    assert not recycled


def test_without_a_limit_a_session_is_kept(towns: Towns) -> None:
    with recycling(0) as recycled:
        assert len({visit(town) for town in towns}) == 1
    assert not recycled


def test_a_transaction_stays_in_its_session(towns: Towns) -> None:
    with recycling(2):
        with transaction.atomic():
            assert len({visit(town) for town in towns}) == 1
        before = backend()
        assert visit(towns[-1]) == before
        close_old_connections()
        assert visit(towns[-1]) != before


@pytest.mark.parametrize("pool_size", [0, 2])
def test_the_end_of_a_request_recycles(towns: Towns, pool_size: int) -> None:
    with sharing(pool_size), recycling(2) as recycled:
        connection.close()
        for town in towns[:2]:
            visit(town)
        raw = connection.connection
        close_old_connections()
        assert len(recycled) == 1
        visit(towns[0])
        assert connection.connection is not raw
        assert raw.closed


@pytest.mark.parametrize(
    ("hold", "let_go"),
    [
        ("SELECT pg_advisory_lock(7215099)", "SELECT pg_advisory_unlock(7215099)"),
        ("LISTEN something", "UNLISTEN *"),
        ("SET lock_timeout = '3s'", "RESET lock_timeout"),
        ("DECLARE held CURSOR WITH HOLD FOR SELECT 1", "CLOSE held"),
    ],
)
def test_a_session_that_holds_something_is_kept_until_it_lets_go(towns: Towns, hold: str, let_go: str) -> None:
    with recycling(2), in_tenant(towns[0]):
        connection.close()
        run(hold)
        held_by = seen()[2]
        assert {visit(town) for town in towns[:8]} == {held_by}
        run(let_go)
        assert visit(towns[9]) != held_by


def test_whoever_still_reads_keeps_the_session(towns: Towns) -> None:
    with recycling(2), in_tenant(towns[0]), connection.cursor() as cursor:
        cursor.execute("SELECT generate_series(1, 3)")
        before = {visit(town) for town in towns[:6]}
        assert len(before) == 1
        assert len(cursor.fetchall()) == 3
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] in before


def test_rows_streamed_from_the_server_arrive_whole(towns: Towns) -> None:
    with recycling(2), in_tenant(towns[0]), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT generate_series(1, 100)")
        rows = [cursor.fetchone()[0]]
        for town in towns[:6]:
            visit(town)
            rows.append(cursor.fetchone()[0])
    assert rows == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("pool_size", [0, 2])
def test_a_connection_that_the_server_ended_is_noticed_before_the_next_request(towns: Towns, pool_size: int) -> None:
    with sharing(pool_size):
        process = visit(towns[0])
        close_old_connections()
        end_sessions(process)
        close_old_connections()
        assert visit(towns[0]) != process


def end_sessions(process: int) -> None:
    """Have the server end a session, and wait until its process is gone."""
    with psycopg.connect(str(pytest_plugin.admin_url()), autocommit=True) as admin:
        done = admin.execute("SELECT pg_terminate_backend(%s, 5000)", [process]).fetchone()
    assert done == (True,)


# ---------------------------------------------------------------- sharing


@pytest.fixture
def shared(towns: Towns) -> Iterator[Towns]:
    """Two connections for all threads."""
    with sharing(2):
        yield towns


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


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_threads_never_speak_for_each_other(shared: Towns, limit: int) -> None:
    processes: set[int] = set()

    def work(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 -- no secret
        for _request in range(25):
            town = chance.choice(shared)
            with suppress(ZeroDivisionError), in_tenant(town):
                processes.add(visit(town))
                with transaction.atomic():
                    seen_in(town)
                    if chance.random() < 0.4:
                        raise ZeroDivisionError
                seen_in(town)
            assert current_identity() is None
            chance.choice([close_old_connections, connection.close])()

    with recycling(limit) as recycled:
        in_threads(work, threads=8)
    assert bool(recycled) == bool(limit)
    assert len(processes) <= 2 or limit


def seen_in(town: TenantRef) -> None:
    assert seen()[:2] == (town.role, town.schema)


def test_a_connection_given_back_in_a_transaction_is_told_again(towns: Towns) -> None:
    with sharing(1):
        connection.close()
        first = visit(towns[0])
        with suppress(OperationalError, InterfaceError), in_tenant(towns[1]), transaction.atomic():
            assert seen()[:2] == (towns[1].role, towns[1].schema)
            connection.close()
        connection.close()
        # The pool has rolled back, and with it the change from the first town to the second.
        assert visit(towns[1]) == first


def test_a_cursor_does_not_outlive_its_loan(towns: Towns) -> None:
    with sharing(1), ThreadPoolExecutor(1) as other_thread, in_tenant(towns[0]):
        cursor = connection.cursor()
        connection.close()
        other_thread.submit(visit, towns[1]).result()
        with pytest.raises(InterfaceError, match="given back"):
            cursor.execute("SELECT current_user")
        other_thread.submit(close_old_connections).result()


def test_who_comes_back_as_the_same_sends_no_message(towns: Towns) -> None:
    with sharing(1):
        visit(towns[0])
        raw = connection.connection
        for town, is_told_already in ((towns[0], True), (towns[1], False), (towns[1], True)):
            connection.close()
            told = session_of(raw).told
            with in_tenant(town):
                assert (told == current_identity()) is is_told_already
                seen_in(town)
            assert connection.connection is raw


def test_more_threads_than_connections_wait_for_each_other(shared: Towns) -> None:
    def work(number: int) -> None:
        for town in shared[:4]:
            visit(town)
            connection.close()

    in_threads(work, threads=12)


def test_whoever_waits_too_long_is_refused(towns: Towns) -> None:
    ready, done = Barrier(2), Barrier(2)

    def hold(_number: int) -> None:
        visit(towns[0])
        ready.wait(20)
        done.wait(20)
        connection.close()

    with sharing(1, wait_seconds=0.2), ThreadPoolExecutor(1) as pool:
        connection.close()
        holding = pool.submit(hold, 0)
        ready.wait(20)
        try:
            with pytest.raises(OperationalError, match="couldn't get a connection"):
                visit(towns[1])
        finally:
            done.wait(20)
        holding.result()


def test_a_server_that_was_away_is_found_again(towns: Towns) -> None:
    with sharing(1, wait_seconds=2):
        pool = connection.pool  # type: ignore[attr-defined]  # PostgreSQL's backend has it
        there = pool.kwargs["port"]
        pool.kwargs["port"] = str(free_port())
        for _attempt in range(2):
            with pytest.raises(OperationalError, match="couldn't get a connection"):
                visit(towns[0])
            assert pool.is_server_away
        pool.kwargs["port"] = there
        visit(towns[0])
        assert not pool.is_server_away


# ---------------------------------------------------------------- processes

_FORK = """
import os, sys
import django
django.setup()
from tenants.postgresql.pool import share_connections
share_connections()
from tests.isolation.modes import backend
before = backend()
child = os.fork()
if child == 0:
    os._exit(0 if backend() != before else 3)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(status or (0 if backend() == before else 4))
"""


@pytest.mark.parametrize("pool_size", ["0", "2"])
def test_a_forked_process_leaves_its_parent_the_connections(fresh_database: str, pool_size: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FORK],
        cwd=pytest_plugin.ROOT,
        env={**environment(fresh_database), "VERBUND_POOL_SIZE": pool_size},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def environment(database: str) -> dict[str, str]:
    """Return the environment of this process for another one that works on a database."""
    address = connection.settings_dict
    url = pytest_plugin.admin_url().with_login(address["USER"], address["PASSWORD"], name=database)
    return {**os.environ, "VERBUND_DATABASE_URL": str(url), "PYTHONPATH": str(pytest_plugin.ROOT)}
