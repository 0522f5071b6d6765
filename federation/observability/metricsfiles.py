"""Where the processes of one deployment on one machine leave their figures for whichever of them is asked.

Each server (web server or worker, with all its processes) has a folder of its own, named after its process group and
its start: a restarted server starts from zero, a process that is replaced loses nothing, and no start script has to
clean up, because whoever starts next removes the folders of groups that are gone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

_UNKNOWN: Final = "0"


def prepare_folder(base: Path) -> Path:
    """Make and return the folder of this process's group; remove those of groups that no longer run."""
    group = os.getpgrp()
    own = base / f"{group}-{_started(group)}"
    own.mkdir(parents=True, exist_ok=True)
    for folder in base.iterdir():
        if folder.is_dir() and folder != own and not _is_running(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    return own


def _is_running(name: str) -> bool:
    """Tell whether the group of a folder still has processes. The number of a group in use is never given anew."""
    group, _, started = name.partition("-")
    if not group.isdecimal() or not _has_processes(int(group)):
        return False
    return started == _UNKNOWN or _started(int(group)) in {started, _UNKNOWN}


def _has_processes(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process was started, in ticks since boot, or "0" where that can't be read (gone, or no Linux)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _UNKNOWN
    # The name of the program stands in brackets and may hold spaces; the 20th field after it is the start.
    return stat.rpartition(")")[2].split()[19]
