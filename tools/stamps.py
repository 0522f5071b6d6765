"""Remembers which steps of the set-up succeeded, and with which inputs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def digest_of(*paths: Path, extra: str = "") -> str:
    """Return a hash over names and contents of files; a missing one counts as empty."""
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return digest.hexdigest()


class Stamps:
    """A small file of marks by step."""

    def __init__(self, path: Path) -> None:
        """Keep marks in `path`."""
        self.path = path

    def get(self, step: str) -> str:
        """Return a step's mark, empty when it never succeeded."""
        return str(self._read().get(step, ""))

    def set(self, step: str, mark: str) -> None:
        """Remember that a step succeeded."""
        self._write({**self._read(), step: mark})

    def forget(self, step: str) -> None:
        """Let a step run again."""
        self._write({name: mark for name, mark in self._read().items() if name != step})

    def _read(self) -> dict[str, str]:
        try:
            marks = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return marks if isinstance(marks, dict) else {}

    def _write(self, marks: dict[str, str]) -> None:
        half_done = self.path.with_suffix(".new")
        half_done.write_text(json.dumps(marks, indent=2), encoding="utf-8")
        half_done.replace(self.path)
