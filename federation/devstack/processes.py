"""Children: started so that none outlives us, watched, and ended together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from federation.devstack.account import Account, popen_arguments

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.1

# Loaded here because a child between fork and exec must not load libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: bytes | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, its output appended to a log.

    On Linux the kernel sends it `death_signal` when this process dies, even by kill -9. Call it from the main thread:
    the kernel counts the end of the starting thread as the parent's death.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            preexec_fn=_die_with_parent(death_signal),  # noqa: PLW1509 - calls one system call, no locks
            **popen_arguments(account),
        )
    if stdin is not None and child.stdin is not None:
        with child.stdin as pipe:
            pipe.write(stdin)
    return child


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc = _libc
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # died between fork and here
            os._exit(1)

    return ask_kernel


def stop_process(
    child: subprocess.Popen[bytes], *, with_signal: signal.Signals = signal.SIGTERM, patience_seconds: float = 10
) -> None:
    """End a child and whatever is left of its group: asked first, killed when it does not listen."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience_seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state != "Z"


@dataclass
class Supervisor:
    """Holds named children; when one ends, or we are asked to, all end, the latest started first."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stop_signals: dict[str, signal.Signals] = field(default_factory=dict)

    def adopt(self, name: str, child: subprocess.Popen[bytes], *, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        """Watch a child that is already running."""
        self.children[name] = child
        self.stop_signals[name] = stop_signal

    def process_ids(self) -> dict[str, int]:
        """Return the process id of every child by name."""
        return {name: child.pid for name, child in self.children.items()}

    def ended(self) -> str | None:
        """Return the name of a child that has ended, None while all run."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def watch(self) -> str:
        """Wait until a child ends; return its name. A signal ends the wait by the exception its handler raises."""
        while True:
            name = self.ended()
            if name is not None:
                return name
            time.sleep(_POLL_SECONDS)

    def stop(self, *, patience_seconds: float = 10) -> None:
        """End all children, the latest first, since later ones use earlier ones."""
        for name, child in reversed(list(self.children.items())):
            stop_process(child, with_signal=self.stop_signals[name], patience_seconds=patience_seconds)
        self.children.clear()
