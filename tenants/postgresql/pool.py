"""Connections of a web process, shared by its threads.

Only web servers share: they have more threads than they need connections, and return one after every request. A worker
or a command has a connection for each thread that asks for one, so a pool could only make it wait.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg_pool import ConnectionPool

from tenants.postgresql.session import has_news

_AWAY_WAIT_SECONDS: Final = 0.5


def share_connections() -> None:
    """Share the connections of this process among its threads. `VERBUND_POOL_SIZE=0` leaves each thread its own.

    Effects: connections of this thread are closed; call it before other threads have any.
    """
    if settings.VERBUND_POOL_SIZE < 1:
        return
    connections.close_all()
    database = connections.settings[DEFAULT_DB_ALIAS]
    database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": settings.VERBUND_POOL_SIZE,
        "timeout": settings.VERBUND_POOL_WAIT_SECONDS,
        "max_lifetime": float(database["CONN_MAX_AGE"]),
    }
    # The pool itself renews by age; Django's own clock must give a connection back after every request.
    database["CONN_MAX_AGE"] = 0


class SharedConnections(ConnectionPool[psycopg.Connection[Any]]):
    """A pool that does not let every thread wait its full time while the server is away.

    Otherwise all threads of the process would soon stand in line, and pages that need no database with them.
    """

    is_server_away = False

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """Lend a connection. Raises: PoolTimeout when none was free in time, soon if the server did not answer."""
        if timeout is None and self.is_server_away:
            timeout = _AWAY_WAIT_SECONDS
        connection = super().getconn(timeout)
        self.is_server_away = False
        return connection


def make_pool(parameters: dict[str, Any], options: dict[str, Any], *, configure: Any) -> SharedConnections:
    """Return a pool that is not open yet: it is opened by the first thread that asks for a connection."""

    def note_away(pool: ConnectionPool[Any]) -> None:
        pool.is_server_away = True  # type: ignore[attr-defined]  # it is ours

    return SharedConnections(
        kwargs={**parameters, "autocommit": True},
        open=False,
        configure=configure,
        check=_check_if_news,
        name="verbund",
        # Given up soon, since the next request tries anew; a long series would try at ever longer intervals.
        reconnect_timeout=_AWAY_WAIT_SECONDS,
        reconnect_failed=note_away,
        **options,
    )


def _check_if_news(connection: psycopg.Connection[Any]) -> None:
    """Notice that the server has closed a connection before somebody's request does."""
    if has_news(connection):
        ConnectionPool.check_connection(connection)
