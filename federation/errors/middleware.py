"""Turns what a view raised into an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from federation.errors import messages
from federation.errors.pages import MakeProblem, respond
from tenants.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)

_EXPECTED: Final = (Http404, PermissionDenied, SuspiciousOperation, BadRequest)


class ErrorMiddleware:
    """Stands next to the view: by then its transactions have been rolled back by their own blocks."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the view."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; Django calls `process_exception` when the view raises. A refused method gets a page that says so."""
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            told = respond(request, messages.method_problem)
            told.headers["Allow"] = response.headers["Allow"]
            return told
        return response

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Refuse a zero byte anywhere in what was sent: no form has one, and the database takes none."""
        if not _has_zero_byte(request):
            return None
        log.warning("bad_request", error="zero byte")
        return respond(request, messages.bad_request_problem)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """Answer for an exception, with its status, in the form the reader asked for."""
        if isinstance(error, DomainError):
            log.info("domain_error", code=error.code, status=int(error.http_status))
        elif not isinstance(error, _EXPECTED):
            # Django sends this where nobody answers for the exception; whoever keeps note of failures listens to it.
            got_request_exception.send(sender=type(self), request=request)
        return respond(request, _problem(error))


def _has_zero_byte(request: HttpRequest) -> bool:
    sent = (part for data in (request.GET, request.POST) for name, values in data.lists() for part in (name, *values))
    return "\x00" in request.path or any("\x00" in str(part) for part in sent)


def _problem(error: Exception) -> MakeProblem:
    if isinstance(error, DomainError):
        return partial(messages.domain_problem, error)
    if isinstance(error, Http404):
        return messages.not_found_problem
    if isinstance(error, PermissionDenied):
        return messages.not_allowed_problem
    if isinstance(error, SuspiciousOperation | BadRequest):
        log.warning("bad_request", error=type(error).__name__)
        return messages.bad_request_problem
    log.error("request.failed", exc_info=error)
    if isinstance(error, OperationalError | InterfaceError):
        return messages.unavailable_problem
    return messages.server_problem
