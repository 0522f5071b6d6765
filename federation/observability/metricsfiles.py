"""Where the processes of one deployment on one machine leave their figures for whichever of them is asked.

Each server (a parent and its workers) has a folder of its own, named after the parent and its start, so a restarted
server starts from zero, a worker that is replaced loses nothing, and no start script has to clean up: a process removes
the folders of servers that are gone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def prepare_folder(base: Path) -> Path:
    """Make and return the folder of this process's server; remove those of servers that no longer run."""
    own = base / _server_name(os.getppid())
    own.mkdir(parents=True, exist_ok=True)
    for folder in base.iterdir():
        if folder.is_dir() and folder.name != own.name and not _is_running(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    return own


def _server_name(pid: int) -> str:
    return f"{pid}-{_started(pid)}"


def _is_running(name: str) -> bool:
    pid = name.partition("-")[0]
    return pid.isdecimal() and _is_alive(int(pid)) and name == _server_name(int(pid))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process was started, in ticks since boot, so that a reused number is told apart; Linux only."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "0"
    # The name of the program stands in brackets and may hold spaces; the 20th field after it is the start.
    return stat.rpartition(")")[2].split()[19]
