"""Write an archive: under a hidden name beside the target, read back whole, then renamed. Never half of one."""

from __future__ import annotations

import fcntl
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from django.utils.translation import gettext as _

from tenants.errors import Conflict
from tenants.lifecycle.manifest import MANIFEST, Manifest, Member, MemberKind
from tenants.lifecycle.streams import Meter, chunks

_PART: Final = ".part"
_COMPRESSION: Final = 6


class ArchiveWriter:
    """Adds members one after the other and remembers what the manifest has to say of them."""

    def __init__(self, target: Path) -> None:
        """Name the target; its folder must exist. Nothing is written yet."""
        self.target = target
        self.part = target.with_name(f".{target.name}{_PART}")
        self.members: list[Member] = []
        self._stack = ExitStack()
        self._file: IO[bytes]
        self._tar: tarfile.TarFile

    def __enter__(self) -> Self:
        """Open the hidden file for its owner alone, and hold it: a second writer is refused.

        Raises: Conflict when the target exists or is being written by another process.
        """
        if self.target.exists():
            raise Conflict(
                _("{path} gibt es schon. Nennen Sie einen anderen Namen oder räumen Sie die Datei weg.").format(
                    path=self.target
                ),
                code="archive_exists",
            )
        descriptor = os.open(self.part, os.O_CREAT | os.O_RDWR, 0o600)
        self._file = self._stack.enter_context(os.fdopen(descriptor, "w+b"))
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            self._stack.close()
            raise Conflict(_("{path} wird gerade geschrieben.").format(path=self.target)) from held
        self._stack.callback(self._remove_part)
        self._file.truncate()
        os.fchmod(self._file.fileno(), 0o600)
        self._tar = tarfile.open(fileobj=self._file, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=_COMPRESSION)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave nothing behind unless `finish` has run."""
        self._stack.close()

    def _remove_part(self) -> None:
        with suppress(FileNotFoundError):
            self.part.unlink()

    def add_bytes(self, path: str, data: bytes) -> None:
        """Add a small document."""
        meter = Meter()
        meter.feed(data)
        self._add(path, io.BytesIO(data), meter.bytes)
        self.members.append(Member(path, "document", meter.bytes, meter.sha256))

    def add_table(self, path: str, blocks: Iterable[bytes], *, kind: MemberKind, columns: Iterable[str]) -> Member:
        """Add a CSV whose length is not known before: it passes through a nameless file beside the target."""
        meter = Meter(counts_records=True)
        with tempfile.TemporaryFile(dir=self.target.parent) as spool:
            for block in blocks:
                meter.feed(block)
                spool.write(block)
            spool.seek(0)
            self._add(path, spool, meter.bytes)
        member = Member(path, kind, meter.bytes, meter.sha256, meter.rows, tuple(columns))
        self.members.append(member)
        return member

    def add_file(self, path: str, file: IO[bytes], size: int) -> None:
        """Add an uploaded file, read once."""
        metered = _Metered(file)
        self._add(path, metered, size)
        self.members.append(Member(path, "file", metered.meter.bytes, metered.meter.sha256))

    def _add(self, path: str, file: Any, size: int) -> None:
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, file)

    def finish(self, manifest: Manifest, *, check: Callable[[Path], object]) -> None:
        """Write the manifest, put everything on the disk, read it back with `check`, and give it its name."""
        data = manifest.as_bytes()
        self._add(MANIFEST, io.BytesIO(data), len(data))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        check(self.part)
        self.part.rename(self.target)
        sync_folder(self.target.parent)


class _Metered:
    """A file that measures what is read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.meter = Meter()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.meter.feed(data)
        return data


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path, slug: str) -> None:
    """Remove what killed exports of a tenant have left in a folder; one that is still being written is held."""
    for part in folder.glob(f".{slug}-*{_PART}"):
        with suppress(FileNotFoundError), part.open("rb") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


@contextmanager
def written_atomically(target: Path) -> Iterator[IO[bytes]]:
    """Write a small file (mode 0600) that is there whole or not at all; an earlier one is replaced."""
    part = target.with_name(f".{target.name}{_PART}")
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    sync_folder(target.parent)


def file_sha256(file: IO[bytes]) -> str:
    """Return the checksum of a whole file."""
    meter = Meter()
    for chunk in chunks(file):
        meter.feed(chunk)
    return meter.sha256
