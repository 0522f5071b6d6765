"""Short codes of services: six signs that can be read out, written down and typed in again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final
from uuid import UUID

# No vowels, so that no word comes out, and no signs that look like others: 0 and o, 1, i and l.
ALPHABET: Final = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH: Final = 6


def derive_short_code(service_id: UUID, attempt: int = 0) -> str:
    """Return the code that belongs to a service, the same in every deployment; the next one for each attempt."""
    digest = hashlib.blake2b(f"{service_id}:{attempt}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest)
    signs = []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)


def free_short_code(service_id: UUID, taken: Collection[str]) -> str:
    """Return the first code of a service that no other one has."""
    attempt = 0
    while (code := derive_short_code(service_id, attempt)) in taken:
        attempt += 1
    return code
