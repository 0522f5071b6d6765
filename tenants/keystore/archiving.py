"""A tenant's data keys as its archive carries them: in the clear, so that whoever owns the archive can read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import tink
from tink import secret_key_access

from tenants.keystore import store
from tenants.keystore.masterkeys import master_keys
from tenants.keystore.sealing import wrapping_data

_BATCH: Final = 500
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class PlainKey:
    """One person's key. `keyset` is tink's JSON; values are bound to `sealed_as|owner|purpose`. Never log it."""

    owner: UUID
    sealed_as: str
    keyset: str


class UnusableKey(ValueError):
    """A key in an archive is none."""


def list_plain_keys(scope: str) -> Iterator[PlainKey]:
    """Yield all keys of a scope, in the clear.

    Raises: tink.TinkError when a master key is gone; ExternalTemporary.
    """
    keys, after = master_keys(), _FIRST
    while found := store.list_keys_of_scope(scope, after=after, limit=_BATCH):
        for one in found:
            handle = tink.proto_keyset_format.parse_encrypted(
                one.wrapped, keys.wrapping, wrapping_data(one.scope, one.owner)
            )
            text = tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
            yield PlainKey(one.owner, one.sealed_as or one.scope, "".join(text.split()))
        after = found[-1].owner


def add_plain_keys(scope: str, keys: Iterable[PlainKey]) -> int:
    """Wrap keys from an archive for a scope and keep them; whoever has one already keeps it. Return their number.

    Left out are those of people who were erased since the archive was made: what it holds of them stays unreadable.
    Raises: UnusableKey; ExternalTemporary.
    """
    ours = master_keys()
    wrapped = []
    for one in keys:
        try:
            handle = tink.json_proto_keyset_format.parse(one.keyset, secret_key_access.TOKEN)
        except tink.TinkError as refused:
            message = f"key of {one.owner}"
            raise UnusableKey(message) from refused
        text = tink.proto_keyset_format.serialize_encrypted(handle, ours.wrapping, wrapping_data(scope, one.owner))
        sealed_as = "" if one.sealed_as == scope else one.sealed_as
        wrapped.append(store.WrappedKey(scope, one.owner, bytes(text), ours.primary, sealed_as))
    erased = store.list_erased(one.owner for one in wrapped)
    kept = [one for one in wrapped if one.owner not in erased]
    store.add_keys(kept)
    return len(kept)
