"""Behind PgBouncer in session mode everything holds; in transaction mode the application refuses to work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from click.testing import CliRunner
from django.db import connection, connections, transaction

from federation.cli.main import add_commands, cli
from federation.devstack import pytest_plugin
from federation.observability.health import _ask_database
from tenants import names
from tenants.context import TenantRef, as_umbrella, in_tenant
from tenants.databaseurl import DatabaseUrl
from tenants.postgresql.pooler import SharedSessionError, find_pooling
from tenants.registry.generations import CHANNEL
from tests.isolation.modes import in_threads, recycling, sharing, visit
from tests.isolation.pgbouncer import connect, find_pgbouncer, pgbouncer

pytestmark = pytest.mark.skipif(
    find_pgbouncer() is None,
    reason="PgBouncer is not installed: nothing shows that the application works behind it (Debian: pgbouncer)",
)
Towns = list[TenantRef]
# One session of the server for all clients, so that each gets what the last one left.
ONE = {"default_pool_size": "1"}


@pytest.fixture
def application(fresh_database: str) -> DatabaseUrl:
    """Return the application's own address, without a pooler."""
    own = connection.settings_dict
    return pytest_plugin.admin_url().with_login(own["USER"], own["PASSWORD"], name=fresh_database)


@pytest.fixture
def behind(application: DatabaseUrl, towns: Towns) -> Iterator[DatabaseUrl]:
    """Send this process's connections through a PgBouncer as the handbook sets it up."""
    with pgbouncer(application, default_pool_size="10") as url, through(url):
        yield url


class through:  # noqa: N801 -- reads as what it is: a context manager
    """Send Django's connections to another address meanwhile."""

    def __init__(self, url: DatabaseUrl) -> None:
        self.url = url

    def __enter__(self) -> None:
        connections.close_all()
        self.settings = connections.settings["default"]
        self.before = self.settings["PORT"]
        self.settings["PORT"] = self.url.port

    def __exit__(self, *failure: object) -> None:
        connections.close_all()
        self.settings["PORT"] = self.before


def whoami(client: object) -> tuple[object, ...]:
    """Return login, role, path and process as a raw client sees them."""
    query = "SELECT session_user::text, current_user::text, current_setting('search_path'), pg_backend_pid()"
    return client.execute(query).fetchone()  # type: ignore[attr-defined,no-any-return]


# ---------------------------------------------------------------- session mode, by itself


def test_the_next_client_inherits_neither_role_nor_path_nor_locks(application: DatabaseUrl, towns: Towns) -> None:
    login = names.group_role("app")
    with pgbouncer(application, **ONE) as url:
        with connect(url) as first:
            first.execute(f"SET search_path TO {towns[0].schema}; SET ROLE {towns[0].role}")
            first.execute("LISTEN something")
            first.execute("SELECT pg_advisory_lock(7215098)")
            before = whoami(first)
        with connect(url) as second:
            after = whoami(second)
            held = second.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", [after[3]])
            assert held.fetchone() == (0,)
            assert second.execute("SELECT count(*) FROM pg_listening_channels()").fetchone() == (0,)
    assert before[:3] == (login, towns[0].role, towns[0].schema)
    assert after == (login, login, '"$user", public', before[3])


def test_a_client_that_dies_in_a_transaction_leaves_nothing(application: DatabaseUrl, towns: Towns) -> None:
    with pgbouncer(application, **ONE) as url:
        first = connect(url)
        first.execute(f"SET search_path TO {towns[0].schema}; SET ROLE {towns[0].role}")
        first.execute("BEGIN")
        first.execute("SELECT 1")
        first.close()
        with connect(url) as second:
            assert whoami(second)[1] == names.group_role("app")


def test_a_notification_arrives(application: DatabaseUrl) -> None:
    with pgbouncer(application, default_pool_size="2") as url, connect(url) as listener, connect(url) as teller:
        listener.execute(f"LISTEN {CHANNEL}")
        teller.execute("SELECT pg_notify(%s, 'registry:7')", [CHANNEL])
        heard = next(listener.notifies(timeout=20, stop_after=1))
    assert heard.payload == "registry:7"


# ---------------------------------------------------------------- session mode, under the application


@pytest.mark.parametrize("pool_size", [0, 3])
def test_every_statement_runs_as_its_town(behind: DatabaseUrl, towns: Towns, pool_size: int) -> None:
    def work(number: int) -> None:
        for town in towns[number:] + towns[:number]:
            with suppress(ZeroDivisionError), in_tenant(town), transaction.atomic():
                visit(town)
                raise ZeroDivisionError
            visit(town)
            connection.close()

    with sharing(pool_size), recycling(2):
        in_threads(work, threads=5)


def test_clients_that_alternate_in_one_session_stay_apart(application: DatabaseUrl, towns: Towns) -> None:
    with pgbouncer(application, default_pool_size="2") as url, through(url):
        processes = set()
        for town in towns:
            processes.add(visit(town))
            connection.close()
            with connect(url) as other:
                assert whoami(other)[1:3] == (names.group_role("app"), '"$user", public')
                other.execute(f"SET ROLE {towns[0].role}; SET search_path TO {towns[0].schema}")
    assert len(processes) <= 2


def test_it_holds_even_where_the_pooler_resets_nothing(application: DatabaseUrl, towns: Towns) -> None:
    with pgbouncer(application, default_pool_size="2", server_reset_query="") as url, through(url):
        for town in towns:
            visit(town)
            connection.close()


@pytest.mark.parametrize("pool_size", [0, 1])
def test_a_recycled_session_ends_on_the_server_too(behind: DatabaseUrl, towns: Towns, pool_size: int) -> None:
    schemas: dict[int, set[str]] = {}
    with sharing(pool_size), recycling(3):
        for town in towns * 2:
            schemas.setdefault(visit(town), set()).add(town.schema)
    assert max(map(len, schemas.values())) <= 3


def test_locks_are_held_to_the_end_of_the_transaction(behind: DatabaseUrl, towns: Towns) -> None:
    with in_tenant(towns[0]), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7215097)")
        with connect(behind) as other:
            query = "SELECT pg_try_advisory_lock(7215097)"
            assert other.execute(query).fetchone() == (False,)


def test_the_probe_for_readiness_gets_through(behind: DatabaseUrl) -> None:
    _ask_database()


def test_session_mode_is_told_from_a_direct_connection(application: DatabaseUrl) -> None:
    with connect(application) as direct:
        assert find_pooling(direct, lambda: connect(application)) == "none"
    with pgbouncer(application, default_pool_size="4") as url, connect(url) as pooled:
        assert find_pooling(pooled, lambda: connect(url)) == "session"


# ---------------------------------------------------------------- transaction mode


@pytest.mark.parametrize("settings", [{}, ONE, {"server_round_robin": "1"}])
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_shared_sessions_are_refused(
    application: DatabaseUrl, towns: Towns, mode: str, settings: dict[str, str]
) -> None:
    with pgbouncer(application, pool_mode=mode, **settings) as url, through(url):
        for size in (0, 2):
            with sharing(size):
                for _attempt in range(2):
                    with pytest.raises(SharedSessionError, match="pool_mode = session"), as_umbrella():
                        connection.cursor()


@pytest.mark.parametrize("round_robin", ["0", "1"])
def test_shared_sessions_are_refused_while_others_work(
    application: DatabaseUrl, towns: Towns, round_robin: str
) -> None:
    with (
        pgbouncer(application, pool_mode="transaction", server_round_robin=round_robin) as url,
        connect(url) as one,
        connect(url) as two,
        through(url),
    ):
        with one.transaction(), two.transaction():
            one.execute("SELECT 1"), two.execute("SELECT 1")
        with one.transaction():
            one.execute("SELECT 1")
            with pytest.raises(SharedSessionError), as_umbrella():
                connection.cursor()


def test_in_transaction_mode_one_client_would_speak_as_another(application: DatabaseUrl, towns: Towns) -> None:
    """What would happen if nothing refused it."""
    with pgbouncer(application, pool_mode="transaction", **ONE) as url, connect(url) as first, connect(url) as second:
        first.execute(f"SET ROLE {towns[0].role}")
        second.execute(f"SET ROLE {towns[1].role}")
        assert whoami(first)[1] == towns[1].role


@pytest.mark.parametrize(
    ("mode", "status", "told"),
    [("", 0, "direkt"), ("session", 0, "session"), ("transaction", 1, "pool_mode = session")],
)
def test_the_command_says_what_stands_in_between(application: DatabaseUrl, mode: str, status: int, told: str) -> None:
    add_commands()
    with ExitStack() as stack:
        if mode:
            stack.enter_context(through(stack.enter_context(pgbouncer(application, pool_mode=mode))))
        done = CliRunner().invoke(cli, ["database", "check"])
    assert done.exit_code == status, done.output
    assert told in done.output
