"""Where wrapped data keys lie: a database of its own, so that a backup of the data never holds its keys.

It knows nothing of Django's connection, transactions or roles. A key is made before the first row that needs it and
destroyed after the last; a key whose row never came is found by the doctor and harms nobody.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg_pool import ConnectionPool, PoolTimeout

from tenants.errors import ExternalTemporary

log = structlog.get_logger(__name__)

_MOST_CONNECTIONS: Final = 2
_WAIT_SECONDS: Final = 3.0

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS data_keys (
    scope text NOT NULL, owner uuid NOT NULL, wrapped bytea NOT NULL, master_key bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, scope)
)
"""
_SEALED_AS: Final = "ALTER TABLE data_keys ADD COLUMN IF NOT EXISTS sealed_as text NOT NULL DEFAULT ''"
# Whose keys were destroyed for good: an archive that still has one must not bring it back.
_ERASED: Final = """
CREATE TABLE IF NOT EXISTS erased_owners (owner uuid PRIMARY KEY, erased_on date NOT NULL DEFAULT current_date)
"""
_INDEX: Final = "CREATE INDEX IF NOT EXISTS data_keys_by_scope ON data_keys (scope)"
_COLUMNS: Final = "scope, owner, wrapped, master_key, sealed_as"
_GET: Final = f"SELECT {_COLUMNS} FROM data_keys WHERE scope = %s AND owner = ANY(%s)"  # noqa: S608 -- a constant
_ADD: Final = f"""
INSERT INTO data_keys ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (owner, scope) DO NOTHING
"""  # noqa: S608 -- a constant
_OTHERS: Final = f"""
SELECT {_COLUMNS} FROM data_keys WHERE master_key <> %s ORDER BY owner, scope LIMIT %s
"""  # noqa: S608 -- a constant
_OF_SCOPE: Final = f"""
SELECT {_COLUMNS} FROM data_keys WHERE scope = %s AND owner > %s ORDER BY owner LIMIT %s
"""  # noqa: S608 -- a constant
_REPLACE: Final = """
UPDATE data_keys SET wrapped = %s, master_key = %s WHERE scope = %s AND owner = %s AND wrapped = %s
"""


_pools: dict[tuple[str, int], ConnectionPool[psycopg.Connection[Any]]] = {}
_opening = threading.Lock()


@dataclass(frozen=True)
class WrappedKey:
    """A data key under a master key. `scope` is "account", or the id of the tenant whose data it seals.

    `sealed_as` is the scope to which sealed values are bound where it is another: that of the tenant from whose archive
    the key came.
    """

    scope: str
    owner: UUID
    wrapped: bytes
    master_key: int
    sealed_as: str = ""


def prepare(url: str) -> None:
    """Make the table in a new database."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        for statement in (_TABLE, _SEALED_AS, _ERASED, _INDEX):
            connection.execute(statement)


def get_keys(scope: str, owners: Iterable[UUID]) -> dict[UUID, WrappedKey]:
    """Return the wrapped keys that there are. Raises: ExternalTemporary when the store does not answer."""
    with _connected() as connection:
        return {row[1]: _read(row) for row in connection.execute(_GET, [scope, list(owners)])}


def list_keys_of_scope(scope: str, *, after: UUID, limit: int) -> list[WrappedKey]:
    """Return some of a scope's keys, in the order of their owners, those after one. Raises: ExternalTemporary."""
    with _connected() as connection:
        return [_read(row) for row in connection.execute(_OF_SCOPE, [scope, after, limit])]


def count_scope(scope: str) -> int:
    """Return how many keys a scope has. Raises: ExternalTemporary."""
    with _connected() as connection:
        (found,) = connection.execute("SELECT count(*) FROM data_keys WHERE scope = %s", [scope]).fetchone() or (0,)
        return int(found)


def add_keys(keys: Sequence[WrappedKey]) -> None:
    """Add keys; whoever has one already keeps it. Raises: ExternalTemporary."""
    with _connected() as connection, connection.cursor() as cursor:
        cursor.executemany(_ADD, [(key.scope, key.owner, key.wrapped, key.master_key, key.sealed_as) for key in keys])


def list_scopes(owner: UUID) -> list[str]:
    """Return the scopes in which a person has a key: the account, and each tenant that keeps something of theirs.

    Raises: ExternalTemporary.
    """
    with _connected() as connection:
        return [scope for (scope,) in connection.execute("SELECT scope FROM data_keys WHERE owner = %s", [owner])]


def destroy_keys(owner: UUID, *, scope: str | None = None) -> int:
    """Destroy a person's keys, of one scope or of all: what they sealed can be read no more. Return how many.

    Raises: ExternalTemporary.
    """
    with _connected() as connection:
        if scope is None:
            done = connection.execute("DELETE FROM data_keys WHERE owner = %s", [owner])
        else:
            done = connection.execute("DELETE FROM data_keys WHERE owner = %s AND scope = %s", [owner, scope])
        return done.rowcount


def note_erased(owner: UUID) -> None:
    """Remember that a person is erased: no archive brings their keys back. Raises: ExternalTemporary."""
    with _connected() as connection:
        connection.execute("INSERT INTO erased_owners (owner) VALUES (%s) ON CONFLICT DO NOTHING", [owner])


def list_erased(owners: Iterable[UUID]) -> set[UUID]:
    """Return those who are erased. Raises: ExternalTemporary."""
    with _connected() as connection:
        rows = connection.execute("SELECT owner FROM erased_owners WHERE owner = ANY(%s)", [list(owners)])
        return {owner for (owner,) in rows}


def destroy_scope(scope: str) -> int:
    """Destroy all keys of a tenant that has left. Return how many. Raises: ExternalTemporary."""
    with _connected() as connection:
        return connection.execute("DELETE FROM data_keys WHERE scope = %s", [scope]).rowcount


def list_keys_of_others(master_key: int, *, limit: int) -> list[WrappedKey]:
    """Return some of the keys that another master key than this one has wrapped. Raises: ExternalTemporary."""
    with _connected() as connection:
        return [_read(row) for row in connection.execute(_OTHERS, [master_key, limit])]


def replace_key(old: WrappedKey, *, wrapped: bytes, master_key: int) -> bool:
    """Put a key that was wrapped anew in the place of the old one; not if somebody else has done so meanwhile."""
    with _connected() as connection:
        return connection.execute(_REPLACE, [wrapped, master_key, old.scope, old.owner, old.wrapped]).rowcount == 1


def count_by_master_key() -> dict[int, int]:
    """Return how many data keys each master key has wrapped. Raises: ExternalTemporary."""
    with _connected() as connection:
        return dict(connection.execute("SELECT master_key, count(*) FROM data_keys GROUP BY master_key").fetchall())


def clean() -> None:
    """Have PostgreSQL reuse the space of destroyed keys, so that they do not stay behind in its files."""
    with _connected() as connection:
        connection.execute("VACUUM data_keys")


def _read(row: tuple[Any, ...]) -> WrappedKey:
    scope, owner, wrapped, master_key, sealed_as = row
    return WrappedKey(scope, owner, bytes(wrapped), master_key, sealed_as)


def disconnect() -> None:
    """Close this process's connections; the next call opens new ones."""
    while _pools:
        _pools.popitem()[1].close(timeout=0)


@contextmanager
def _connected() -> Iterator[psycopg.Connection[Any]]:
    try:
        with _pool(settings.VERBUND_KEYS_DATABASE_URL).connection() as connection:
            yield connection
    except (psycopg.OperationalError, PoolTimeout) as lost:
        log.warning("keystore.unreachable", error=type(lost).__name__)
        raise ExternalTemporary(
            _("Persönliche Daten sind gerade nicht erreichbar. Versuchen Sie es in einigen Minuten noch einmal."),
            code="keystore_unreachable",
        ) from lost


def _pool(url: str) -> ConnectionPool[psycopg.Connection[Any]]:
    """Return the pool of this process; a forked one must not go on with its parent's connections."""
    key = (url, os.getpid())
    with _opening:
        if key not in _pools:
            _pools[key] = _new_pool(url)
        return _pools[key]


def _new_pool(url: str) -> ConnectionPool[psycopg.Connection[Any]]:
    return ConnectionPool(
        url,
        min_size=0,
        max_size=_MOST_CONNECTIONS,
        timeout=_WAIT_SECONDS,
        max_idle=60,
        open=True,
        check=ConnectionPool.check_connection,
        kwargs={"autocommit": True, "connect_timeout": 3, "application_name": "verbund keys"},
    )
