"""The data keys of a tenant's people in its archive: without them nobody could read what is sealed in its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterable
from typing import Final
from uuid import UUID

from tenants.keystore.archiving import PlainKey, UnusableKey, add_plain_keys, list_plain_keys
from tenants.lifecycle.manifest import Member, WrongManifest
from tenants.lifecycle.sharedrows import read_rows

NAME: Final = "data_keys"
COLUMNS: Final = ("owner", "sealed_as", "keyset")


def copy_out_keys(tenant_id: UUID) -> Generator[bytes, None, None]:
    """Yield the keys as CSV. Call it after the rows were read: a person's key is older than what it sealed.

    Raises: ExternalTemporary when the key store does not answer.
    """
    yield _line(COLUMNS)
    for key in list_plain_keys(str(tenant_id)):
        yield _line((str(key.owner), key.sealed_as, key.keyset))


def copy_in_keys(tenant_id: UUID, member: Member, blocks: Iterable[bytes]) -> int:
    """Keep the keys for a tenant and return their number.

    They outlive a transaction that fails: without rows a key opens nothing, and the next import finds it.
    Raises: WrongManifest for what is no key; ExternalTemporary.
    """
    if member.columns != COLUMNS:
        message = f"{member.path}: {', '.join(member.columns)}"
        raise WrongManifest(message)
    try:
        return add_plain_keys(
            str(tenant_id),
            (PlainKey(UUID(row["owner"]), row["sealed_as"], row["keyset"]) for row in read_rows(blocks, member)),
        )
    except (UnusableKey, ValueError) as wrong:
        message = f"{member.path}: {wrong}"
        raise WrongManifest(message) from wrong


def _line(values: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()
