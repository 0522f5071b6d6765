"""The account that the servers run under: PostgreSQL refuses root, so root hands over to an unprivileged one."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from federation.devstack.errors import DevstackError

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """A user of this machine to whom a child process is handed over."""

    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Return what `subprocess` needs to start a child as this user, with no group of root's left."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        os.chown(path, self.uid, self.gid)

    def can_enter(self, path: Path) -> bool:
        """Tell whether this user reaches the folder, by trying: rights, ACLs and mounts all count."""
        probe = ["/bin/sh", "-c", 'cd -- "$1" && test -r .', "probe", str(path)]
        return subprocess.run(probe, check=False, capture_output=True, **self.popen_arguments()).returncode == 0


def server_account(place: Path | None = None) -> Account | None:
    """Return the account for a server whose data lies (or will lie) at `place`, None for the person's own.

    Root takes over what an ordinary user began: that user then stays the owner.
    Raises: DevstackError when root finds no unprivileged account.
    """
    if os.geteuid() != 0:
        return None
    if place is not None and place.exists():
        owner = place.stat().st_uid
        if owner != 0:
            return _account(pwd.getpwuid(owner))
    try:
        return _account(pwd.getpwnam(_UNPRIVILEGED))
    except KeyError as missing:
        message = f"PostgreSQL refuses root, and this machine has no user {_UNPRIVILEGED!r}. Run as another user."
        raise DevstackError(message) from missing


def popen_arguments(account: Account | None) -> dict[str, Any]:
    """Return `subprocess` arguments for an account, none for the person's own."""
    return account.popen_arguments() if account else {}


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
