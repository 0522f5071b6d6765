"""Seal what is personal: a data key per person and scope, wrapped by the master key (envelope encryption, by tink).

Each sealed value is bound to its owner and its purpose: put into another row or column it does not open. Destroying a
person's data key makes everything that it sealed unreadable, in every backup too (docs/adr/0014).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import tink
from django.utils.translation import gettext as _
from tink import aead

from tenants.errors import NotFound
from tenants.keystore import store
from tenants.keystore.masterkeys import MasterKeys, master_keys

ACCOUNT_SCOPE: Final = "account"


class Unreadable(NotFound):
    """The data key is destroyed, or the value was sealed for somebody or something else."""

    default_code = "unreadable"


@dataclass(frozen=True)
class DataKey:
    """One person's key in one scope. Never log it, never keep it longer than the work at hand."""

    scope: str
    owner: UUID
    _primitive: aead.Aead = field(repr=False)
    # What values are bound to where it is not the scope; see `store.WrappedKey`.
    _sealed_as: str = ""

    def seal(self, value: Any, *, purpose: str) -> bytes:
        """Encrypt a value of plain JSON. `purpose` names table and column (`accounts.email`)."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return bytes(self._primitive.encrypt(plain, self._bound_to(purpose)))

    def unseal(self, sealed: bytes | memoryview, *, purpose: str) -> Any:
        """Return what was sealed for this owner and purpose. Raises: Unreadable."""
        try:
            return json.loads(self._primitive.decrypt(bytes(sealed), self._bound_to(purpose)))
        except tink.TinkError as refused:
            raise _unreadable() from refused

    def _bound_to(self, purpose: str) -> bytes:
        return f"{self._sealed_as or self.scope}|{self.owner}|{purpose}".encode()


def ensure_data_key(owner: UUID, *, scope: str = ACCOUNT_SCOPE) -> DataKey:
    """Return a person's data key, made now if there is none. Raises: ExternalTemporary when the store is away."""
    keys = master_keys()
    found = store.get_keys(scope, [owner])
    if owner not in found:
        made = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        wrapped = tink.proto_keyset_format.serialize_encrypted(made, keys.wrapping, wrapping_data(scope, owner))
        store.add_keys([store.WrappedKey(scope, owner, wrapped, keys.primary)])
        found = store.get_keys(scope, [owner])  # somebody else's, if two came at once
    return _unwrapped(keys, found[owner])


def get_data_key(owner: UUID, *, scope: str = ACCOUNT_SCOPE) -> DataKey:
    """Return a person's data key. Raises: Unreadable when it is destroyed; ExternalTemporary."""
    found = get_data_keys([owner], scope=scope)
    if owner not in found:
        raise _unreadable()
    return found[owner]


def get_data_keys(owners: Collection[UUID], *, scope: str = ACCOUNT_SCOPE) -> dict[UUID, DataKey]:
    """Return the data keys that there are, in one query. Raises: Unreadable; ExternalTemporary."""
    keys = master_keys()
    return {owner: _unwrapped(keys, one) for owner, one in store.get_keys(scope, set(owners)).items()}


def index_of(value: str, *, purpose: str) -> str:
    """Return the keyed hash by which a new row is found: the value itself must not stand there."""
    return master_keys().indexes(value, purpose=purpose)[0]


def indexes_of(value: str, *, purpose: str) -> list[str]:
    """Return all keyed hashes under which a row with this value may stand, for `__in` look-ups."""
    return master_keys().indexes(value, purpose=purpose)


def wrapping_data(scope: str, owner: UUID) -> bytes:
    """Return what binds a wrapped data key to its place."""
    return f"{scope}|{owner}".encode()


def _unwrapped(keys: MasterKeys, one: store.WrappedKey) -> DataKey:
    try:
        handle = tink.proto_keyset_format.parse_encrypted(
            one.wrapped, keys.wrapping, wrapping_data(one.scope, one.owner)
        )
        return DataKey(one.scope, one.owner, handle.primitive(aead.Aead), one.sealed_as)
    except tink.TinkError as refused:
        raise _unreadable() from refused


def _unreadable() -> Unreadable:
    return Unreadable(_("Diese Angaben können nicht mehr gelesen werden, denn ihr Schlüssel wurde gelöscht."))
