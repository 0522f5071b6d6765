"""What can go wrong while servers start, in sentences for the person at the terminal."""

from __future__ import annotations

from pathlib import Path


class DevstackError(Exception):
    """A server or step failed; the message says what to do next."""


def with_log_tail(message: str, log: Path, *, lines: int = 15) -> DevstackError:
    """Return an error that shows the end of a log beside the message."""
    try:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        tail = []
    shown = "\n".join(f"    {line}" for line in tail)
    return DevstackError(f"{message}\n{shown}\n  All of it: {log}")
