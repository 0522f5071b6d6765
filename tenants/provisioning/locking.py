"""One tenant at a time comes into being: two with the same name must not race."""

from __future__ import annotations

from typing import Final

from django.db import connection

# The number is arbitrary.
_ONBOARDING: Final = 7_215_001


def hold_onboarding_lock() -> None:
    """Wait for whoever else makes a tenant, and hold the lock until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONBOARDING])
