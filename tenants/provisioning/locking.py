"""What only one process of a deployment may do at a time: make a tenant, migrate, rehearse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection
from psycopg.errors import LockNotAvailable

from tenants.errors import Conflict

# The number is arbitrary.
_ONBOARDING: Final = 7_215_001
_POLL_SECONDS: Final = 0.2


def bound_locks(seconds: float) -> None:
    """Let statements of this session wait so long for others' locks, or as long as it takes (0)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])


def is_lock_timeout(problem: DatabaseError) -> bool:
    """Whether a statement gave up because others held a lock for too long."""
    return isinstance(problem.__cause__, LockNotAvailable)


def hold_onboarding_lock() -> None:
    """Wait for whoever else makes a tenant, and hold the lock until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONBOARDING])


@contextmanager
def one_at_a_time(
    number: int, *, patience_seconds: float, busy: Callable[[], Conflict]
) -> Iterator[Callable[[], bool]]:
    """Hold a lock of this session for the block; yields a function that says whether it is held still.

    The lock goes with the connection: a thread that has connected anew meanwhile holds it no longer.
    Raises: what `busy` makes, when another session holds it longer than the patience.
    """
    deadline = time.monotonic() + patience_seconds
    # Asked for now and then: whoever waits in the server for a lock is itself waited for by concurrent index builds.
    while not _ask("SELECT pg_try_advisory_lock(%s)", number):
        if time.monotonic() >= deadline:
            raise busy()
        time.sleep(_POLL_SECONDS)
    held_by = connection.connection

    def is_held() -> bool:
        return held_by is not None and connection.connection is held_by and not held_by.closed

    try:
        yield is_held
    finally:
        if is_held():
            _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(question: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
        return bool(cursor.fetchone()[0])
