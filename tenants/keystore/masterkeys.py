"""The deployment's master keys: tink keysets that wrap every data key, and that make sealed values findable.

They come from the environment, encrypted by a key service where there is one, and are never stored in a database:
`{"wrapping": keyset, "index": keyset}`, each as tink writes it in JSON. The first key of a keyset wraps what is new;
the others go on opening what they wrapped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from tink import aead, prf, secret_key_access

from tenants.keystore import keyservice

WRAPPING: Final = "wrapping"
INDEX: Final = "index"

_INDEX_BYTES: Final = 24
_UNUSABLE: Final = (
    "VERBUND_MASTER_KEYS holds no usable keys. `verbund keys new` writes some; see docs/operator/keys.md."
)


@dataclass(frozen=True)
class MasterKeys:
    """The keys, ready to use. `primary` is the id of the key that wraps what is new."""

    primary: int
    ids: tuple[int, ...]
    wrapping: aead.Aead
    index: prf.PrfSet

    def indexes(self, value: str, *, purpose: str) -> list[str]:
        """Return the keyed hashes under which a value may be found, the one for new rows first.

        Equal values have equal hashes for one purpose, and nothing in common for two.
        """
        data = f"{purpose}\x00{value}".encode()
        first = self.index.primary_id()
        ordered = sorted(self.index.all().items(), key=lambda item: item[0] != first)
        return [f"{key_id:08x}{function.compute(data, _INDEX_BYTES).hex()}" for key_id, function in ordered]


def master_keys() -> MasterKeys:
    """Return the deployment's keys.

    Raises: ImproperlyConfigured when there are none, or they can't be read; ExternalTemporary without the key service.
    """
    return _parsed(opened_master_keys())


def opened_master_keys() -> str:
    """Return the keys in the clear, opened by the key service where there is one.

    Raises: ImproperlyConfigured; ExternalTemporary when the key service does not answer.
    """
    text = settings.VERBUND_MASTER_KEYS
    return keyservice.unwrapped(text) if keyservice.is_wrapped(text) else str(text)


def new_master_keys() -> str:
    """Return new keys as the environment variable holds them."""
    return _written({WRAPPING: _new_keyset(WRAPPING), INDEX: _new_keyset(INDEX)})


def with_new_wrapping_key(text: str) -> str:
    """Return the keys with one more, which wraps from now on; the earlier ones stay to open what they wrapped."""
    keysets = _read(text)
    added, before = _new_keyset(WRAPPING), keysets[WRAPPING]
    added["key"] = [*added["key"], *before["key"]]
    return _written({**keysets, WRAPPING: added})


def with_primary_wrapping_key_only(text: str) -> str:
    """Return the keys without those that wrap no more. What was not wrapped anew before is lost."""
    keysets = _read(text)
    wrapping = keysets[WRAPPING]
    kept = [key for key in wrapping["key"] if key["keyId"] == wrapping["primaryKeyId"]]
    return _written({**keysets, WRAPPING: {**wrapping, "key": kept}})


@lru_cache(maxsize=4)
def _parsed(text: str) -> MasterKeys:
    _register()
    keysets = _read(text)
    try:
        wrapping, index = (
            tink.json_proto_keyset_format.parse(json.dumps(keysets[name]), secret_key_access.TOKEN)
            for name in (WRAPPING, INDEX)
        )
        info = wrapping.keyset_info()
        return MasterKeys(
            primary=info.primary_key_id,
            ids=tuple(key.key_id for key in info.key_info),
            wrapping=wrapping.primitive(aead.Aead),
            index=index.primitive(prf.PrfSet),
        )
    except tink.TinkError as unusable:
        raise ImproperlyConfigured(_UNUSABLE) from unusable


def _read(text: str) -> dict[str, Any]:
    try:
        keysets = json.loads(text)
    except ValueError as unusable:
        raise ImproperlyConfigured(_UNUSABLE) from unusable
    if not isinstance(keysets, dict) or not {WRAPPING, INDEX} <= keysets.keys():
        raise ImproperlyConfigured(_UNUSABLE)
    return keysets


def _written(keysets: Mapping[str, Any]) -> str:
    return json.dumps(keysets, separators=(",", ":"))


def _new_keyset(name: str) -> dict[str, Any]:
    _register()
    template = aead.aead_key_templates.AES256_GCM if name == WRAPPING else prf.prf_key_templates.HMAC_SHA256
    written = tink.json_proto_keyset_format.serialize(tink.new_keyset_handle(template), secret_key_access.TOKEN)
    return dict(json.loads(written))


@lru_cache(maxsize=1)
def _register() -> None:
    aead.register()
    prf.register()
