"""A connection that threads share never speaks for the last one who had it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from federation.devstack.ports import free_port
from tenants.context import TenantRef, current_identity, in_tenant
from tenants.postgresql.session import session_of
from tests.isolation.modes import in_threads, recycling, seen, sharing, visit

Towns = list[TenantRef]


@pytest.fixture
def shared(towns: Towns) -> Iterator[Towns]:
    """Two connections for all threads."""
    with sharing(2):
        yield towns


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
