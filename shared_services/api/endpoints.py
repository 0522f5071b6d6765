"""What every endpoint does: ask for a token, answer in JSON, refusals too, with a sign for unchanged answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from tenants.actors import Actor
from tenants.apitokens.authentication import authenticate_token
from tenants.errors import DomainError

P = ParamSpec("P")
Endpoint = Callable[Concatenate[HttpRequest, Actor, P], Mapping[str, Any]]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

log = structlog.get_logger(__name__)
_PROBLEM: Final = "application/problem+json"
_ALLOWED: Final = ("GET", "HEAD")


def readable_with(scope: str) -> Callable[[Endpoint[P]], View[P]]:
    """Make an endpoint that a program with this scope may read. The function gets the program and returns the answer.

    Errors are problems (RFC 9457) with the `code` of the error. Answers belong to one program: shared caches keep none.
    """

    def made(endpoint: Endpoint[P]) -> View[P]:
        @wraps(endpoint)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                if request.method not in _ALLOWED:
                    return _not_allowed()
                actor = authenticate_token(request, scope=scope)
                answer = _answer(request, endpoint(request, actor, *args, **kwargs))
            except DomainError as refused:
                answer = _problem(refused)
            answer.headers["Cache-Control"] = "private, no-cache"
            patch_vary_headers(answer, ["Authorization"])
            return answer

        return cast("View[P]", view)

    return made


def _answer(request: HttpRequest, content: Mapping[str, Any]) -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # Weakly compared: a proxy that compresses makes the sign weak.
    if "*" in known or etag in {one.removeprefix("W/") for one in known}:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer.headers["ETag"] = etag
    return answer


def _problem(refused: DomainError) -> HttpResponse:
    status = int(refused.http_status)
    log.info("api.refused", code=refused.code, status=status)
    body = {"type": "about:blank", "status": status, "code": refused.code, "detail": refused.user_message}
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=_PROBLEM)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_seconds" in refused.data:
        answer.headers["Retry-After"] = str(refused.data["retry_after_seconds"])
    return answer


def _not_allowed() -> HttpResponse:
    answer = HttpResponse(status=405)
    answer.headers["Allow"] = ", ".join(_ALLOWED)
    return answer
