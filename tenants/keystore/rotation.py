"""Wrap every data key anew under the first master key, while everybody goes on working."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import tink

from tenants.keystore import store
from tenants.keystore.masterkeys import MasterKeys, master_keys
from tenants.keystore.sealing import wrapping_data

_BATCH: Final = 500


def rewrap_all(*, on_progress: Callable[[int], None] = lambda _done: None) -> int:
    """Wrap anew what other master keys than the first have wrapped, and return how many there were.

    What is sealed stays as it is: only the keys of keys change. Ended in the middle it goes on when it is run again;
    two at once disturb nobody.
    Raises: tink.TinkError when a data key was wrapped by a master key that is gone; ExternalTemporary.
    """
    keys = master_keys()
    done = 0
    while found := store.list_keys_of_others(keys.primary, limit=_BATCH):
        for one in found:
            done += store.replace_key(one, wrapped=_anew(keys, one), master_key=keys.primary)
        on_progress(done)
    if done:
        store.clean()
    return done


def _anew(keys: MasterKeys, old: store.WrappedKey) -> bytes:
    bound_to = wrapping_data(old.scope, old.owner)
    handle = tink.proto_keyset_format.parse_encrypted(old.wrapped, keys.wrapping, bound_to)
    return bytes(tink.proto_keyset_format.serialize_encrypted(handle, keys.wrapping, bound_to))
