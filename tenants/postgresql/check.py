"""What an operator should know of the way to the database before the application goes to work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from tenants.postgresql.pooler import Pooling, find_pooling

_WAYS: Final[dict[Pooling, str]] = {
    "none": "direkt",
    "session": "über einen Pooler im Modus „session“",
    "transaction": "über einen Pooler, der Sitzungen zwischen Transaktionen weitergibt",
}
_PROBLEM: Final = (
    "So lassen sich Kommunen nicht trennen; die Anwendung nimmt ihre Arbeit nicht auf. "
    "Stellen Sie im Pooler pool_mode = session ein, oder verbinden Sie die Anwendung direkt mit dem Server."
)


@dataclass(frozen=True)
class DatabaseCheck:
    """Figures of the server, and in `problem` a sentence when the application can't work like this."""

    server_version: str
    pooling: Pooling
    way: str
    max_connections: int
    used_connections: int
    problem: str


def inspect_database() -> DatabaseCheck:
    """Look at the server and at what stands in between, on connections of its own, which become nobody."""
    with _connect() as connection:
        pooling = find_pooling(connection, _connect)
        row = connection.execute(
            "SELECT current_setting('server_version'), current_setting('max_connections')::int,"
            " (SELECT sum(numbackends) FROM pg_catalog.pg_stat_database)"
        ).fetchone()
    version, allowed, used = row or ("", 0, 0)
    return DatabaseCheck(
        server_version=str(version),
        pooling=pooling,
        way=_WAYS[pooling],
        max_connections=int(allowed),
        used_connections=int(used),
        problem=_PROBLEM if pooling == "transaction" else "",
    )


def _connect() -> psycopg.Connection[Any]:
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    return psycopg.connect(**{**wrapper.get_connection_params(), "autocommit": True})
