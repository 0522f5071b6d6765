"""How long to wait for a tenant's database when others must not wait with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """Run the block in a transaction whose statements, and their waiting for locks, end after this time each.

    Raises: OperationalError (also as QueryCanceled) from the statement that took longer.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        yield
