"""A tenant's folder of uploaded files as a whole: listed, taken over, set aside, removed.

Everything happens by renaming within `MEDIA_ROOT`, so that a folder is there whole or not at all. Names that begin with
a dot belong to no tenant: what is being taken over, replaced or removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tenants.lifecycle.writing import sync_folder
from tenants.names import checked

_FOLDER_MODE = 0o750
_FILE_MODE = 0o640


@dataclass(frozen=True)
class FolderSize:
    """How many regular files, and their bytes."""

    files: int = 0
    bytes: int = 0


def media_root() -> Path:
    """Return the folder above all tenants' folders, made when missing."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    return root


def folder_of(schema: str) -> Path:
    """Return the folder of a tenant; it need not exist."""
    return media_root() / checked(schema)


def list_files(schema: str) -> Iterator[tuple[str, Path, bool]]:
    """Yield path within the folder, full path, and whether it is a regular file, in the order of names."""
    folder = folder_of(schema)
    for parent, names, files in os.walk(folder):
        names.sort()
        for name in sorted(files):
            full = Path(parent) / name
            yield full.relative_to(folder).as_posix(), full, full.is_file() and not full.is_symlink()
        for name in names:
            if (Path(parent) / name).is_symlink():
                yield (Path(parent) / name).relative_to(folder).as_posix(), Path(parent) / name, False


def size_of(folder: Path) -> FolderSize:
    """Count what lies in a folder, links and all."""
    sizes = [(Path(parent) / name).lstat().st_size for parent, _names, files in os.walk(folder) for name in files]
    return FolderSize(len(sizes), sum(sizes))


def free_bytes() -> int:
    """Return how much fits beside the tenants' files."""
    return shutil.disk_usage(media_root()).free


# ---------------------------------------------------------------- taking over


def _staging(schema: str) -> Path:
    return media_root() / f".arriving-{checked(schema)}"


def begin_staging(schema: str) -> Path:
    """Make an empty folder for files that arrive; what a killed import has left there goes."""
    folder = _staging(schema)
    remove_folder(folder)
    folder.mkdir(mode=_FOLDER_MODE)
    return folder


def stage_file(folder: Path, name: str, blocks: Iterator[bytes]) -> None:
    """Write one file below a staging folder, on the disk. `name` has been checked with `manifest.is_safe_path`."""
    target = folder / name
    target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def place_staged(schema: str) -> None:
    """Give the staged folder its name. A folder that is there already is nobody's (the caller has made sure): it goes.

    Called last before the commit. If that fails the folder is nobody's in turn, until the next import replaces it.
    """
    staged, target = _staging(schema), folder_of(schema)
    replaced = media_root() / f".replaced-{schema}"
    remove_folder(replaced)
    if target.exists():
        target.rename(replaced)
    staged.rename(target)
    sync_folder(media_root())
    remove_folder(replaced)


def drop_staging(schema: str) -> None:
    """Remove what was staged and not placed."""
    remove_folder(_staging(schema))


# ---------------------------------------------------------------- leaving


def _aside(offboarding_id: UUID) -> Path:
    return media_root() / f".leaving-{offboarding_id}"


def set_aside(schema: str, offboarding_id: UUID) -> FolderSize:
    """Rename a leaving tenant's folder, so that a successor of the same name starts empty. Idempotent."""
    folder, aside = folder_of(schema), _aside(offboarding_id)
    if folder.exists():
        if aside.exists():
            # What a closed portal should not have written since an earlier run goes the same way.
            _move_all(folder, aside)
        else:
            folder.rename(aside)
            sync_folder(media_root())
    return size_of(aside)


def _move_all(source: Path, target: Path) -> None:
    """Move what lies in a folder into another one, file by file; names are never used twice (`TenantStorage`).

    The folder goes unless somebody has saved into it again meanwhile.
    """
    for parent, names, files in os.walk(source):
        folder = target / Path(parent).relative_to(source)
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        links = [name for name in names if (Path(parent) / name).is_symlink()]
        for name in (*files, *links):
            (Path(parent) / name).replace(folder / name)
        sync_folder(folder)
    for parent, _names, _files in os.walk(source, topdown=False):
        with suppress(OSError):
            Path(parent).rmdir()


def list_set_aside(offboarding_id: UUID) -> Iterator[tuple[str, Path]]:
    """Yield path within the folder and full path of every regular file that was set aside."""
    aside = _aside(offboarding_id)
    for parent, _names, files in os.walk(aside):
        for full in (Path(parent) / name for name in files):
            if full.is_file() and not full.is_symlink():
                yield full.relative_to(aside).as_posix(), full


def bring_back(schema: str, offboarding_id: UUID) -> None:
    """Undo `set_aside`, with what has come since. Idempotent."""
    set_aside(schema, offboarding_id)
    folder, aside = folder_of(schema), _aside(offboarding_id)
    if aside.exists():
        aside.rename(folder)
        sync_folder(media_root())


def remove_aside(offboarding_id: UUID) -> None:
    """Remove what was set aside. Idempotent; goes on where a killed run has stopped."""
    remove_folder(_aside(offboarding_id))


def count_aside(offboarding_id: UUID) -> FolderSize:
    """Return what is still there of a tenant that left."""
    return size_of(_aside(offboarding_id))


def remove_folder(folder: Path) -> None:
    """Remove a folder with everything in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)
        sync_folder(folder.parent)
