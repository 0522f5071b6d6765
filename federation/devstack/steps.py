"""Progress for the person who waits: each step with its seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console

from federation.devstack.environment import ROOT
from federation.devstack.errors import DevstackError
from federation.devstack.processes import stop_process

console = Console(highlight=False, soft_wrap=True)
VERBUND = (sys.executable, "-m", "federation.cli")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show a step while it runs, and how long it took."""
    begun = time.monotonic()
    with console.status(f"{name} …"):
        yield
    console.print(f"  [green]✓[/green] {name} [dim]{time.monotonic() - begun:.1f} s[/dim]")


def skipped(name: str) -> None:
    """Show a step that was not needed."""
    console.print(f"  [green]✓[/green] {name} [dim]unchanged[/dim]")


def run(command: Sequence[str], *, environment: Mapping[str, str], seconds: float = 600) -> str:
    """Run a command to its end and return what it printed on standard output.

    Raises: DevstackError with its output when it fails or takes too long.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as late:
        message = f"`{_shown(command)}` did not end within {seconds:.0f} s."
        raise DevstackError(message) from late
    finally:
        stop_process(process)
    if process.returncode != 0:
        told = (output + errors).decode(errors="replace").strip()
        message = f"`{_shown(command)}` failed:\n{told}"
        raise DevstackError(message)
    return output.decode()


def _shown(command: Sequence[str]) -> str:
    words = ["verbund", *command[len(VERBUND) :]] if tuple(command[: len(VERBUND)]) == VERBUND else list(command)
    return " ".join(words)
