"""Which failures pass by themselves, and what is kept of them."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from psycopg import Error as ServerError
from psycopg import InterfaceError as InterfaceErrorOfDriver
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
_OWN: Final = "tenants.rollout."


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
    """Return what is kept of a failure: never what stands in a row.

    So no DETAIL, no text about a wrong value, and of an error of Python's only where it happened: whoever raised it may
    have put anything into its text.
    """
    cause = problem.__cause__ if isinstance(problem, DatabaseError | InterfaceError) else problem
    name = type(cause or problem).__name__
    if isinstance(cause, ServerError) and cause.diag.message_primary:
        code = sqlstate(problem)
        text = code if code.startswith(_DATA_CLASS) else f"{code} {cause.diag.message_primary}"
    elif _is_about_rows(cause or problem):
        text = _place(problem)
    else:
        text = str(problem)
    return (f"{name}: {text}" if text else name)[:_LENGTH]


def _is_about_rows(problem: BaseException) -> bool:
    """Whether the text may quote data: not that of a lost connection, and not the rollout's own."""
    is_connection = isinstance(problem, InterfaceError | InterfaceErrorOfDriver | OperationalErrorOfDriver)
    return not is_connection and not type(problem).__module__.startswith(_OWN)


def _place(problem: BaseException) -> str:
    """Return the file and line that raised it: the last one that is not a library's, if there is one."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [
        frame
        for frame in frames
        if "site-packages" not in frame.filename and f"{os.sep}lib{os.sep}python" not in frame.filename
    ]
    for frame in reversed(own or frames):
        return f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"
    return ""
