"""What a bookmark's row has sealed, and by what it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared_services.bookmarks.models import Bookmark
from tenants.context import current_tenant
from tenants.keystore.sealing import DataKey, ensure_data_key, get_data_keys, index_of, indexes_of

PURPOSE: Final = "bookmarks.bookmark"
_SERVICE: Final = "bookmarks.service"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Which service. `title` is what it was called when it was remembered."""

    service_id: UUID
    slug: str
    title: str


def new_key(account_id: UUID) -> DataKey:
    """Return a person's key at this town, made now for the first thing here. Raises: ExternalTemporary."""
    return ensure_data_key(account_id, scope=_scope())


def find_key(account_id: UUID) -> DataKey | None:
    """Return a person's key at this town, or None: nothing of theirs is here, or it is destroyed."""
    return get_data_keys([account_id], scope=_scope()).get(account_id)


def seal(key: DataKey, remembered: Remembered) -> bytes:
    """Return what the row keeps."""
    service_id, slug, title = str(remembered.service_id), remembered.slug, remembered.title
    return key.seal({"service": service_id, "slug": slug, "title": title}, purpose=PURPOSE)


def unseal(key: DataKey, row: Bookmark) -> Remembered:
    """Return what the row keeps. Raises: Unreadable."""
    found = key.unseal(row.sealed, purpose=PURPOSE)
    return Remembered(UUID(found["service"]), found["slug"], found["title"])


def new_index(account_id: UUID, service_id: UUID) -> str:
    """Return the keyed hash of one person's service."""
    return index_of(f"{account_id}|{service_id}", purpose=_SERVICE)


def all_indexes(account_id: UUID, service_id: UUID) -> list[str]:
    """Return all keyed hashes under which the row may stand."""
    return indexes_of(f"{account_id}|{service_id}", purpose=_SERVICE)


def _scope() -> str:
    return str(current_tenant().id)
