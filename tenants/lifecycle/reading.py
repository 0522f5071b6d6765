"""Read an archive back: every checksum and every count, without a database and without trust."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from django.utils.translation import gettext as _

from tenants.errors import NotFound
from tenants.lifecycle import manifest as manifests
from tenants.lifecycle.errors import ArchiveDamaged, damaged
from tenants.lifecycle.manifest import MANIFEST, SETTINGS, Manifest, Member, WrongManifest
from tenants.lifecycle.streams import Meter, chunks
from tenants.lifecycle.writing import file_sha256

_MAX_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
_BROKEN: Final = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError)

Take = Callable[[Member, Iterator[bytes]], None]


@dataclass(frozen=True)
class CheckedArchive:
    """An archive of which every byte has been read and compared. `file` stays open, so that it can't be exchanged."""

    path: Path
    file: IO[bytes]
    manifest: Manifest
    settings: bytes
    sha256: str
    bytes: int


@contextmanager
def open_checked(path: Path) -> Iterator[CheckedArchive]:
    """Open an archive and check all of it before anything is made of it.

    Raises: NotFound; ArchiveDamaged for whatever differs from the manifest, for unsafe names and for anything but
    regular files.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as missing:
        raise NotFound(_("Das Archiv {path} gibt es nicht.").format(path=path), code="archive_missing") from missing
    with file:
        manifest, settings = _check(path, file)
        file.seek(0)
        sha256 = file_sha256(file)
        yield CheckedArchive(path, file, manifest, settings, sha256, file.tell())


def verify_archive(path: Path) -> Manifest:
    """Check every checksum and count of an archive and return its manifest.

    Raises: as `open_checked`.
    """
    with open_checked(path) as archive:
        return archive.manifest


def read_members(archive: CheckedArchive, take: Take) -> None:
    """Hand each member but the documents to `take`, in the archive's order; `take` reads it to its end.

    Raises: ArchiveDamaged when a member is not what it was when it was checked.
    """

    def measured(entry: tarfile.TarInfo, file: IO[bytes]) -> None:
        member = archive.manifest.by_path.get(entry.name)
        if member is None or member.kind == "document":
            return
        meter = Meter(counts_records=bool(member.columns))
        take(member, _fed(file, meter))
        _compare(archive.path, member, meter)

    archive.file.seek(0)
    _walk(archive.path, archive.file, measured)


def _fed(file: IO[bytes], meter: Meter) -> Iterator[bytes]:
    for chunk in chunks(file):
        meter.feed(chunk)
        yield chunk


def _check(path: Path, file: IO[bytes]) -> tuple[Manifest, bytes]:
    """Measure every member, then compare with the manifest, which comes last."""
    found: dict[str, Meter] = {}
    documents: dict[str, bytes] = {}

    def measure(entry: tarfile.TarInfo, content: IO[bytes]) -> None:
        if entry.name in found or entry.name in documents:
            raise damaged(path, _("„{name}“ kommt doppelt vor.").format(name=entry.name))
        meter = found[entry.name] = Meter(counts_records=entry.name.endswith(".csv"))
        keep = entry.name in {MANIFEST, SETTINGS}
        if keep and entry.size > _MAX_DOCUMENT_BYTES:
            raise damaged(path, _("„{name}“ ist zu groß.").format(name=entry.name))
        kept = []
        for chunk in chunks(content):
            meter.feed(chunk)
            if keep:
                kept.append(chunk)
        if keep:
            documents[entry.name] = b"".join(kept)

    _walk(path, file, measure)
    if MANIFEST not in documents:
        raise damaged(path, _("manifest.json fehlt."))
    del found[MANIFEST]
    try:
        manifest = manifests.parse(documents[MANIFEST])
    except WrongManifest as wrong:
        raise damaged(path, _("manifest.json ist nicht lesbar ({reason}).").format(reason=wrong)) from wrong
    _compare_all(path, manifest, found)
    return manifest, documents[SETTINGS]


def _walk(path: Path, file: IO[bytes], visit: Callable[[tarfile.TarInfo, IO[bytes]], None]) -> None:
    """Visit each member of a tar.gz as it streams by, to the very end, so that gzip's own checksum is checked too."""
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
            with tarfile.open(fileobj=cast("IO[bytes]", unpacked), mode="r|") as tar:
                for entry in tar:
                    content = tar.extractfile(entry) if entry.isreg() else None
                    if content is None or entry.issparse() or not manifests.is_safe_path(entry.name):
                        raise damaged(path, _("„{name}“ gehört nicht hinein.").format(name=entry.name))
                    visit(entry, content)
                    # A streamed archive keeps the head of every member it has passed.
                    tar.members.clear()  # type: ignore[attr-defined]  # documented in the module, not in its stubs
            for _rest in chunks(cast("IO[bytes]", unpacked)):
                pass
    except ArchiveDamaged:
        raise
    except _BROKEN as broken:
        raise damaged(path, _("Es lässt sich nicht entpacken ({reason}).").format(reason=broken)) from broken


def _compare_all(path: Path, manifest: Manifest, found: dict[str, Meter]) -> None:
    absent, unknown = manifest.by_path.keys() - found.keys(), found.keys() - manifest.by_path.keys()
    if absent:
        raise damaged(path, _("Es fehlt „{name}“.").format(name=min(absent)))
    if unknown:
        raise damaged(path, _("„{name}“ steht nicht in manifest.json.").format(name=min(unknown)))
    for member in manifest.members:
        _compare(path, member, found[member.path])


def _compare(path: Path, member: Member, meter: Meter) -> None:
    if (meter.bytes, meter.sha256) != (member.bytes, member.sha256):
        raise damaged(path, _("Die Prüfsumme von „{name}“ stimmt nicht.").format(name=member.path))
    if member.columns and meter.rows != member.rows:
        raise damaged(path, _("Die Zahl der Zeilen von „{name}“ stimmt nicht.").format(name=member.path))
