"""The rival of cached pages: a WSGI application that answers the same number of constant bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

_BODY = b"x" * int(os.environ.get("BENCH_BYTES", "1000"))
_HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(_BODY)))]


def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer the bytes."""
    start_response("200 OK", list(_HEADERS))
    return [_BODY]
