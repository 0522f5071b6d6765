"""Sessions are recycled, ended by the server and left behind by a fork, and nobody notices."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import close_old_connections, connection, transaction

from federation.devstack import pytest_plugin
from tenants.context import TenantRef, as_migration, in_tenant
from tests.isolation.modes import backend, recycling, seen, sharing, visit

Towns = list[TenantRef]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


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


def test_a_run_of_transactions_spreads_over_sessions(towns: Towns) -> None:
    with recycling(3):
        schemas: dict[int, set[str]] = {}
        for town in towns:
            with as_migration(), transaction.atomic():
                run("SELECT 1")
                schemas.setdefault(visit(town), set()).add(town.schema)
    assert max(map(len, schemas.values())) <= 3


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


def test_a_lock_for_each_town_keeps_the_session_no_longer_than_the_lock(towns: Towns) -> None:
    with recycling(2) as recycled:
        for town in towns:
            backend()
            with in_tenant(town):
                run("SELECT pg_advisory_lock(7215099)")
                held_by = seen()[2]
                assert visit(towns[0]) == held_by
                run("SELECT pg_advisory_unlock(7215099)")
                assert seen()[2] == held_by
    assert len(recycled) >= len(towns) // 2


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
