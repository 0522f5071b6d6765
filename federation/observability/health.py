"""Whether this process lives, whether it can work, and its figures: before any host check and any database identity."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable
from typing import Final

import psycopg
import redis
import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.conninfo import make_conninfo

from federation.observability import metrics
from federation.observability.headers import add_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)
LIVE: Final = "/healthz/live"
READY: Final = "/healthz/ready"
METRICS: Final = "/metrics"
_PATHS: Final = frozenset({LIVE, READY, METRICS})
_TIMEOUT_SECONDS: Final = 2
# The page is open to everyone, so it must not be a way to open connections to the database at will.
_KEEP_SECONDS: Final = 1.0


class HealthMiddleware:
    """Answers probes; everything else goes on.

    `/healthz/live` is 200 as long as the process answers. `/healthz/ready` is 200 when database and Valkey answer, else
    503, and names the part that fails. `/metrics` exists only for whoever shows `VERBUND_METRICS_TOKEN`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass on."""
        if request.path_info not in _PATHS or request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        if request.path_info == METRICS:
            if not _may_read_metrics(request):
                return self._get_response(request)
            response = HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)
        else:
            response = _live() if request.path_info == LIVE else _ready()
        response.headers["Content-Length"] = str(len(response.content))
        return add_headers(request, response)


class Readiness:
    """The outcome of the checks, asked for anew once in a second at most."""

    def __init__(self) -> None:
        """Start without an outcome."""
        self._lock = threading.Lock()
        self._parts: dict[str, str] = {}
        self._checked_at = float("-inf")

    def parts(self) -> dict[str, str]:
        """Return `ok` or `failing` for each part."""
        with self._lock:
            if time.monotonic() - self._checked_at >= _KEEP_SECONDS:
                self._parts = {part: _outcome(part, ask) for part, ask in _CHECKS.items()}
                self._checked_at = time.monotonic()
            return self._parts


readiness = Readiness()


def _live() -> HttpResponse:
    return JsonResponse({"status": "ok"})


def _ready() -> HttpResponse:
    parts = readiness.parts()
    is_ready = all(outcome == "ok" for outcome in parts.values())
    body = {"status": "ok" if is_ready else "failing", "parts": parts}
    return JsonResponse(body, status=200 if is_ready else 503)


def _outcome(part: str, ask: Callable[[], None]) -> str:
    try:
        ask()
    except (psycopg.Error, redis.RedisError, OSError) as failure:
        log.warning("health.failing", part=part, error=type(failure).__name__)
        return "failing"
    return "ok"


def _ask_database() -> None:
    """Connect anew as the login role, which has no rights and needs none for this."""
    parameters = connections["default"].get_connection_params()
    # What is no text configures Django's own use of the driver; host, login and TLS are text.
    wanted = {name: value for name, value in parameters.items() if isinstance(value, str)}
    wanted |= {"connect_timeout": str(_TIMEOUT_SECONDS)}
    with psycopg.connect(make_conninfo(**wanted), autocommit=True) as connection:
        # Not as an option of the connection: a pooler in between refuses those.
        connection.execute(f"SET statement_timeout = {_TIMEOUT_SECONDS * 1000}; SELECT 1")


def _ask_valkey() -> None:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    ) as client:
        client.ping()


_CHECKS: Final = {"database": _ask_database, "valkey": _ask_valkey}


def _may_read_metrics(request: HttpRequest) -> bool:
    token: str = settings.VERBUND_METRICS_TOKEN
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
