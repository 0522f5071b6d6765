"""Folders in which servers keep data and programs, reachable for the account that runs them.

A checkout below a closed folder (/root) is out of an unprivileged account's reach, and nobody's rights are loosened for
it: the data then lies in a fresh folder below /var/lib/verbund, and a link in the checkout leads there. What need not
outlive the machine, as the data of a run of tests, lies in memory in the same way where there is plenty: ext4 takes
eight times as long for a database's thousands of files when as many were deleted a moment ago.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from federation.devstack.account import Account
from federation.devstack.errors import DevstackError

_MEMORY = Path("/dev/shm")  # noqa: S108 - as below
_FREE_BYTES = 4 << 30
_IN_MEMORY = "verbund-in-memory-"
_ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - mkdtemp picks the name, nobody can guess it


def open_home(place: Path, account: Account | None, *, may_be_lost: bool = False) -> Path:
    """Return the real folder behind `place`, made and owned by the account when it is missing.

    One that `may_be_lost` lies in memory where there is room.
    Effects: creates `place`, or a folder elsewhere and `place` as a link to it; what checkouts that are gone have left
    in memory is removed.
    """
    home = place.resolve()
    if place.is_dir() and _is_ours(place, home):
        return home
    _forget(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    if may_be_lost and _has_room_in_memory():
        _remove_lost(_MEMORY)
        return _lead_to(_make_in(_MEMORY, account, prefix=_IN_MEMORY), place)
    if account is None or _make_and_try(place, account):
        place.mkdir(mode=0o700, exist_ok=True)
        return place.resolve()
    return _lead_to(_make_elsewhere(place, account), place)


def remove_home(place: Path) -> None:
    """Delete the data behind `place`, wherever it lies. Nothing happens when there is none."""
    home = place.resolve()
    if place.is_symlink() and home.is_dir() and _is_ours(place, home):
        _remove_tree(home)
        _owner_file(home).unlink(missing_ok=True)
    _forget(place)


def _forget(place: Path) -> None:
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        _remove_tree(place)


def _remove_tree(folder: Path) -> None:
    # A server that is just ending may still write: a second try finds it quiet.
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)


def _is_ours(place: Path, home: Path) -> bool:
    """Tell a link of this checkout from one that came along with a copy of another checkout."""
    if not place.is_symlink():
        return True
    try:
        return _owner_file(home).read_text(encoding="utf-8") == str(place.absolute())
    except OSError:
        return False


def _owner_file(home: Path) -> Path:
    """Return the file that names the checkout a folder belongs to; beside it, where only root may write."""
    return home.with_name(f"{home.name}.checkout")


def _make_and_try(place: Path, account: Account) -> bool:
    place.mkdir(mode=0o700)
    account.own(place)
    if account.can_enter(place):
        return True
    place.rmdir()
    return False


def shared_folder() -> Path:
    """Return the folder of root's for what cannot lie in a checkout; others may pass through it, not write."""
    for parent in _ELSEWHERE:
        if os.access(parent, os.W_OK):
            folder = parent / "verbund"
            folder.mkdir(mode=0o755, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != 0:
                continue  # in a folder open to all, somebody else may have been first
            return folder
    message = "No folder outside of the checkout can be written. Run as an ordinary user, or in an open folder."
    raise DevstackError(message)


def _has_room_in_memory() -> bool:
    try:
        return _MEMORY.is_mount() and shutil.disk_usage(_MEMORY).free > _FREE_BYTES and _free_memory() > 2 * _FREE_BYTES
    except (OSError, ValueError):
        return False


def _free_memory() -> int:
    """Return how much memory programs may still take, by the kernel's own estimate; 0 where it gives none."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    found = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), "0")
    return int(found) << 10


def _remove_lost(folder: Path) -> None:
    """Remove homes whose checkout, or run in it, is gone: nobody else would, and memory is dear."""
    for file in folder.glob(f"{_IN_MEMORY}*.checkout"):
        home = file.with_suffix("")
        if file.stat().st_uid != os.geteuid() or Path(file.read_text(encoding="utf-8")).is_symlink():
            continue
        shutil.rmtree(home, ignore_errors=True)
        file.unlink(missing_ok=True)


def _make_in(folder: Path, account: Account | None, *, prefix: str) -> Path:
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    if account is not None:
        account.own(home)
    return home


def _make_elsewhere(place: Path, account: Account) -> Path:
    folder = shared_folder()
    home = _make_in(folder, account, prefix=f"{place.name}-")
    if not account.can_enter(home):
        message = f"The account {account.name!r} cannot enter {folder}. Run as an ordinary user instead of root."
        raise DevstackError(message)
    return home


def _lead_to(home: Path, place: Path) -> Path:
    # The link first: a home with an owner's file and without a link is taken for lost.
    place.symlink_to(home)
    _owner_file(home).write_text(str(place.absolute()), encoding="utf-8")
    return home
