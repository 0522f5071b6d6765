"""What Valkey holds of a tenant: pages, sessions and counters, by the role that every key carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from redis import Redis
from redis.exceptions import RedisError

from tenants.errors import ExternalTemporary
from tenants.names import checked

_TIMEOUT_SECONDS: Final = 10
_BATCH: Final = 500


def remove_keys(role: str) -> int:
    """Delete every key of a tenant's role and return their number.

    Raises: ExternalTemporary while Valkey is away.
    """
    removed = 0
    with _connected() as valkey:
        batch: list[bytes] = []
        for key in valkey.scan_iter(match=_pattern(role), count=_BATCH):
            batch.append(key)
            if len(batch) >= _BATCH:
                removed += int(valkey.unlink(*batch))
                batch.clear()
        if batch:
            removed += int(valkey.unlink(*batch))
    return removed


def count_keys(role: str) -> int:
    """Return how many keys of a tenant's role are there.

    Raises: ExternalTemporary while Valkey is away.
    """
    with _connected() as valkey:
        return sum(1 for _key in valkey.scan_iter(match=_pattern(role), count=_BATCH))


def _pattern(role: str) -> str:
    # See tenants.cache.make_key: prefix, role, version, key. A checked name has no sign that a pattern would read.
    return f"*:{checked(role)}:*"


@contextmanager
def _connected() -> Iterator[Redis]:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        ) as valkey:
            yield valkey
    except RedisError as away:
        raise ExternalTemporary(
            _(
                "Valkey antwortet nicht; Zwischenspeicher und Sitzungen sind noch nicht gelöscht. Starten Sie den "
                "Befehl neu, wenn es wieder läuft."
            ),
            code="valkey_away",
        ) from away
