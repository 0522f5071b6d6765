"""Whether somebody stands between us and the server who gives one client's session to another (PgBouncer and the like).

Path and role belong to a session. A pooler that assigns sessions by transaction mixes tenants; one that assigns them by
client ("session mode") does not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, Final, Literal

import psycopg
from django.core.exceptions import ImproperlyConfigured

_PID: Final = "SELECT pg_catalog.pg_backend_pid()"
_ROUNDS: Final = 4

Pooling = Literal["none", "session", "transaction"]
Connect = Callable[[], "psycopg.Connection[Any]"]


class SharedSessionError(ImproperlyConfigured):
    """A pooler shares sessions between clients: every statement could run as the wrong tenant."""


def require_own_session(connection: psycopg.Connection[Any], connect: Connect) -> Pooling:
    """Return what stands in between; a pooler that shares sessions is refused.

    A direct connection costs one message, one through a pooler a few more and a second connection for a moment.

    Raises: SharedSessionError.
    """
    pooling = find_pooling(connection, connect)
    if pooling == "transaction":
        message = (
            "The pooler in front of PostgreSQL gives sessions to other clients between transactions, so tenants would "
            "mix. Set pool_mode = session (docs/operator/connections.md)."
        )
        raise SharedSessionError(message)
    return pooling


def find_pooling(connection: psycopg.Connection[Any], connect: Connect) -> Pooling:
    """Return what stands between a connection (in autocommit) and the server; `connect` makes one more to compare.

    A pooler shows by the process number that it gave out at the start, which is none of the server's own.
    """
    if _pid(connection) == connection.info.backend_pid:
        return "none"
    return "transaction" if _are_sessions_shared(connection, connect) else "session"


def _are_sessions_shared(first: psycopg.Connection[Any], connect: Connect) -> bool:
    """Prove it by two clients that meet in one server process, or one that moves from one process to another.

    True is a proof. Such a pooler hands out the process that was used last, or longest ago: both show in two rounds,
    and other clients only make it more likely.
    """
    of_first, of_second = set[int](), set[int]()
    with closing(connect()) as second:
        second.autocommit = True
        for _round in range(_ROUNDS):
            of_first.add(_pid(first))
            of_second.add(_pid(second))
    return bool(of_first & of_second) or len(of_first) > 1 or len(of_second) > 1


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(_PID).fetchone()
    return int(row[0]) if row else 0
