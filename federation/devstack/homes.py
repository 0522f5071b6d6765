"""Folders in which servers keep data and programs, reachable for the account that runs them.

A checkout below a closed folder (/root) is out of an unprivileged account's reach, and nobody's rights are loosened for
it: the data then lies in a fresh folder below /var/lib/verbund, and a link in the checkout leads there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from federation.devstack.account import Account
from federation.devstack.errors import DevstackError

_ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - mkdtemp picks the name, nobody can guess it


def open_home(place: Path, account: Account | None) -> Path:
    """Return the real folder behind `place`, made and owned by the account when it is missing.

    Effects: creates `place`, or a folder elsewhere and `place` as a link to it.
    """
    home = place.resolve()
    if place.is_dir() and _is_ours(place, home):
        return home
    _forget(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    if account is None or _make_and_try(place, account):
        place.mkdir(mode=0o700, exist_ok=True)
        return place.resolve()
    home = _make_elsewhere(place, account)
    place.symlink_to(home)
    return home


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


def _make_elsewhere(place: Path, account: Account) -> Path:
    folder = shared_folder()
    home = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=folder))
    _owner_file(home).write_text(str(place.absolute()), encoding="utf-8")
    account.own(home)
    if not account.can_enter(home):
        message = f"The account {account.name!r} cannot enter {folder}. Run as an ordinary user instead of root."
        raise DevstackError(message)
    return home
