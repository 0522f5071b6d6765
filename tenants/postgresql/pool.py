"""Connections of a web process, shared by its threads.

Only web servers share: they have more threads than they need connections, and return one after every request. A worker
or a command has a connection for each thread that asks for one, so a pool could only make it wait.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg_pool import ConnectionPool

from tenants.postgresql.session import has_news


def share_connections() -> None:
    """Share the connections of this process among its threads. `VERBUND_POOL_SIZE=0` leaves each thread its own.

    Effects: connections of this thread are closed; call it before other threads have any.
    """
    if settings.VERBUND_POOL_SIZE == 0:
        return
    connections.close_all()
    database = connections.settings[DEFAULT_DB_ALIAS]
    database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": settings.VERBUND_POOL_SIZE,
        "timeout": settings.VERBUND_POOL_WAIT_SECONDS,
        "max_lifetime": float(database["CONN_MAX_AGE"]),
        "max_idle": float(database["CONN_MAX_AGE"]),
    }
    # The pool itself renews by age; Django's own clock must give a connection back after every request.
    database["CONN_MAX_AGE"] = 0


def make_pool(
    parameters: dict[str, Any], options: dict[str, Any], *, configure: Any
) -> ConnectionPool[psycopg.Connection[Any]]:
    """Return a pool that is not open yet: it is opened by the first thread that asks for a connection."""
    return ConnectionPool(
        kwargs={**parameters, "autocommit": True},
        open=False,
        configure=configure,
        check=_check_if_news,
        name="verbund",
        **options,
    )


def _check_if_news(connection: psycopg.Connection[Any]) -> None:
    """Notice that the server has closed a connection before somebody's request does."""
    if has_news(connection):
        ConnectionPool.check_connection(connection)
