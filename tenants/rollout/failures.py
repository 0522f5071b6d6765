"""Which failures pass by themselves, and what is kept of them."""

from __future__ import annotations

from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from psycopg import Error as ServerError
from psycopg import OperationalError as OperationalErrorOfDriver

# Lock not available, deadlock, serialisation, cancelled by a timeout.
_PASSING: Final = frozenset({"55P03", "40P01", "40001", "57014"})
_INTERNAL: Final = "XX000"
# Out of disk, memory or connections.
_PASSING_CLASS: Final = "53"
# Values that don't fit: the message quotes them.
_DATA_CLASS: Final = "22"
# Shut down, crashed, starting up; and the connection's own failures.
_GOODBYE: Final = ("57P", "08")
_LENGTH: Final = 2000


def is_connection_lost(problem: BaseException) -> bool:
    """Whether the server went away, rather than refusing a statement."""
    if isinstance(problem, InterfaceError):
        return True
    raw = connection.connection
    if not isinstance(problem, DatabaseError):
        return False
    # Neither the server's goodbye nor a read that failed makes the driver call the connection closed at once. What has
    # no code was not said by the server.
    code = sqlstate(problem)
    is_own = isinstance(problem.__cause__, OperationalErrorOfDriver) and not code
    return raw is None or bool(raw.closed) or is_own or code.startswith(_GOODBYE)


def may_pass(problem: BaseException) -> bool:
    """Whether trying again later may work: somebody else's lock, or a server short of something."""
    code = sqlstate(problem)
    # Two sessions at the same row of the catalogue: PostgreSQL has no code of its own for it.
    is_race = code == _INTERNAL and "concurrently" in str(problem)
    return is_race or code in _PASSING or code.startswith(_PASSING_CLASS)


def sqlstate(problem: BaseException) -> str:
    """Return PostgreSQL's code of a failure, or an empty text."""
    cause = problem.__cause__ if isinstance(problem, DatabaseError) else problem
    return (cause.sqlstate or "") if isinstance(cause, ServerError) else ""


def describe(problem: BaseException) -> str:
    """Return what is kept of a failure: never what stands in a row, so no DETAIL and no text about a wrong value."""
    cause = problem.__cause__ if isinstance(problem, DatabaseError) else problem
    text = str(problem)
    if isinstance(cause, ServerError) and cause.diag.message_primary:
        code = sqlstate(problem)
        text = code if code.startswith(_DATA_CLASS) else f"{code} {cause.diag.message_primary}"
    return f"{type(cause or problem).__name__}: {text}"[:_LENGTH]
