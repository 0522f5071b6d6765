"""Sums over what streams through: checksum, length, and the records of a CSV file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO, Final

CHUNK: Final = 256 * 1024


class Meter:
    """Fed with the bytes of a member; knows their number, their SHA-256 and, for CSV, the number of records."""

    def __init__(self, *, counts_records: bool = False) -> None:
        """Start at nothing."""
        self.bytes = 0
        self._hash = hashlib.sha256()
        self._records = 0
        self._in_quotes = False
        self._counts_records = counts_records

    def feed(self, data: bytes) -> None:
        """Take in the next bytes."""
        self.bytes += len(data)
        self._hash.update(data)
        if self._counts_records:
            self._count(data)

    def _count(self, data: bytes) -> None:
        # A line ends a record outside of quotes only; a doubled quote leaves and enters again, which comes to the same.
        for number, part in enumerate(data.split(b'"')):
            if number:
                self._in_quotes = not self._in_quotes
            if not self._in_quotes:
                self._records += part.count(b"\n")

    @property
    def sha256(self) -> str:
        """The checksum so far."""
        return self._hash.hexdigest()

    @property
    def rows(self) -> int:
        """Records without the header line."""
        return max(0, self._records - 1) if self._counts_records else 0


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rest of a file."""
    while data := file.read(CHUNK):
        yield data
