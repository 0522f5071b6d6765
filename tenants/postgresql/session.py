"""What is known of a connection's session on the server: whom it was told to be, and how much it has seen."""

from __future__ import annotations

import select
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet

import psycopg

from tenants.context import Identity


class Unknown:
    """What the server has set is not known: nothing was sent yet, or a rollback took it back."""


UNKNOWN: Final = Unknown()

# Whatever would be lost with the session, if the code that owns it still counts on it.
_HOLDS_SOMETHING: Final = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid())
    OR EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE name <> '')
    OR EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
    OR pg_catalog.pg_my_temp_schema() <> 0
    OR EXISTS (
        SELECT FROM pg_catalog.pg_settings
        WHERE source = 'session' AND name NOT IN ('search_path', 'role', 'TimeZone', 'application_name')
    )
"""

# Only the login itself may end its sessions.
_END: Final = "SET ROLE NONE; SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())"


@dataclass(eq=False)
class Session:
    """Lives as long as the connection, through all threads that a pool lends it to.

    `schemas` are all that it was ever told to work in: the server keeps the catalogue entries of each. `is_pooled`:
    somebody in between keeps the server's process when we close.
    """

    told: Identity | Unknown | None = UNKNOWN
    schemas: set[str] = field(default_factory=set)
    cursors: WeakSet[Any] = field(default_factory=WeakSet)
    is_checked: bool = False
    is_pooled: bool = False

    def note_told(self, identity: Identity | None) -> None:
        """Take down what the server has accepted."""
        self.told = identity
        if identity is not None:
            self.schemas.add(identity.schemas[0])

    def is_full(self, *, limit: int) -> bool:
        """Whether one more schema would be too many. A limit of 0 means none."""
        return 0 < limit <= len(self.schemas)

    def has_room(self, schema: str, *, limit: int) -> bool:
        """Whether work in a schema may go on here. Not in any once there were too many, because it was needed."""
        return not self.is_full(limit=limit) or (schema in self.schemas and len(self.schemas) <= limit)

    def has_open_cursors(self, *, on_server: bool = False) -> bool:
        """Whether somebody may still read through this connection; `on_server` counts named cursors only."""
        return any(
            not cursor.closed and (not on_server or isinstance(cursor, psycopg.ServerCursor)) for cursor in self.cursors
        )


_sessions: WeakKeyDictionary[psycopg.Connection[Any], Session] = WeakKeyDictionary()


def session_of(connection: psycopg.Connection[Any]) -> Session:
    """Return what is known of a connection; of a new one nothing."""
    session = _sessions.get(connection)
    if session is None:
        session = _sessions[connection] = Session()
    return session


def holds_something(connection: psycopg.Connection[Any]) -> bool:
    """Ask the server whether the session has locks, cursors, channels, temporary tables or settings of its own."""
    row = connection.execute(_HOLDS_SOMETHING).fetchone()
    return bool(row and row[0])


def end_on_server(connection: psycopg.Connection[Any]) -> None:
    """Have the server's process end itself, which a pooler would otherwise hand on with all that it remembers."""
    with suppress(psycopg.OperationalError):  # that is its answer
        connection.execute(_END)


def has_news(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has sent something to an idle connection, most likely its end. Costs no message."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
