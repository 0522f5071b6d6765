"""One work at a time on one tenant's life, in all processes: a lock that ends with the session that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict

# The first half of the key; the other is the tenant's short name. The number is arbitrary.
_LIFECYCLE: Final = 7_215_002
# The code of the refusal while another process is at it.
BUSY: Final = "lifecycle_busy"


@contextmanager
def only_work_on(slug: str) -> Iterator[None]:
    """Hold the lock of a tenant while the block runs; a killed process or a lost connection lets go of it.

    Raises: Conflict when another process holds it.
    """
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LIFECYCLE, slug])
        is_ours = cursor.fetchone()[0]
    if not is_ours:
        raise Conflict(
            _("Für {slug} läuft schon ein Export, eine Übernahme oder eine Löschung. Warten Sie deren Ende ab.").format(
                slug=slug
            ),
            code=BUSY,
        )
    try:
        yield
    finally:
        _let_go(slug)


def _let_go(slug: str) -> None:
    """Release the lock; after a lost connection it is free already."""
    try:
        with as_migration(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LIFECYCLE, slug])
    except (DatabaseError, InterfaceError):
        connection.close()
