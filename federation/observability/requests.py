"""A request's id, its one line in the log, and its figures."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from federation.observability.access import access_log
from federation.observability.metrics import REQUEST_SECONDS, REQUESTS
from tenants.ids import uuid7
from tenants.registry.sites import Site

GetResponse = Callable[[HttpRequest], HttpResponse]

REQUEST_ID_HEADER: Final = "X-Request-ID"
_VALID_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestMiddleware:
    """Gives a request its id, binds it to every log line meanwhile, and logs and counts the answer.

    The line names the route, never the path (it may hold a token) nor the query string (it may hold personal data).
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say so."""
        started = time.perf_counter()
        request_id = _request_id(request)
        request.request_id = request_id  # type: ignore[attr-defined]  # read by error pages
        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self._get_response(request)
            response.headers[REQUEST_ID_HEADER] = request_id
            _report(request, response, time.perf_counter() - started)
        finally:
            structlog.contextvars.reset_contextvars(**bound)
        return response


def get_request_id(request: HttpRequest) -> str:
    """Return the id of a request, or "" before it has one."""
    return getattr(request, "request_id", "")


def _request_id(request: HttpRequest) -> str:
    """Return the proxy's id if a proxy of ours stands before us, else a new one."""
    if settings.VERBUND_TRUSTED_PROXIES:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if _VALID_ID.fullmatch(given):
            return str(given)
    return str(uuid7())


def _report(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    site: Site | None = getattr(request, "site", None)
    route = _route(request)
    status = response.status_code
    kind = site.kind if site else "unknown"
    count, duration = _figures(kind, route, status)
    count.inc()
    duration.observe(seconds)
    line: dict[str, str | int | float] = {
        "request_id": get_request_id(request),
        "method": request.method or "",
        "site": kind,
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 2),
    }
    if site and site.tenant:
        line["tenant"] = site.tenant.slug
    access_log.write(line)


def _route(request: HttpRequest) -> str:
    """Return the name of the route, a bounded set: never the path."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


@lru_cache(maxsize=4096)
def _figures(kind: str, route: str, status: int) -> tuple[Any, Any]:
    """Return counter and histogram: finding them by label takes longer than counting."""
    return REQUESTS.labels(kind, route, status), REQUEST_SECONDS.labels(kind, route, f"{status // 100}xx")
