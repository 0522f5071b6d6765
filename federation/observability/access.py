"""The one line per request, written past the logging machinery, which takes five times as long as the rest together.

Every value is ours or checked (an id, a method, names of site, route and tenant, numbers), so nothing needs cleaning.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

Line = Mapping[str, str | int | float]

_STDERR: Final = 2
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


def _as_json(line: Line) -> str:
    return _encode({**line, "event": "request", "level": "info", "logger": "verbund.access", "timestamp": _now()})


def _as_text(line: Line) -> str:
    pairs = " ".join(f"{name}={value}" for name, value in line.items())
    return f"{_now()} [info     ] request                      [verbund.access] {pairs}"


def _now() -> str:
    return f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


_writers: Final[dict[str, Callable[[Line], str]]] = {"json": _as_json, "text": _as_text}


class AccessLog:
    """Writes lines to stderr, whole ones from every thread and process, as the level and format of the logs say."""

    def __init__(self) -> None:
        """Start silent: a process that has not configured logging has nothing to say."""
        self._writer: Callable[[Line], str] | None = None

    def configure(self, *, level: str, log_format: str) -> None:
        """Write in this format; stay silent where lines of level info are not wanted."""
        wanted = logging.getLevelNamesMapping()[level] <= logging.INFO
        self._writer = _writers.get(log_format, _as_text) if wanted else None

    def write(self, line: Line) -> None:
        """Write one line. One call of the system, so that lines of several threads don't mix."""
        if self._writer is None:
            return
        try:
            os.write(_STDERR, (self._writer(line) + "\n").encode("utf-8", "replace"))
        except OSError:
            # Nobody reads the log any more: no reason to fail the request.
            return


access_log: Final = AccessLog()
