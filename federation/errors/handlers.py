"""Django's hooks: handler400, 403, 404 and 500 of every URLconf, and the answer to a refused form."""

from __future__ import annotations

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from federation.errors import messages
from federation.errors.pages import respond

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that could not be understood."""
    del exception
    return respond(request, messages.bad_request_problem)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a refused request."""
    del exception
    return respond(request, messages.not_allowed_problem)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a page that does not exist."""
    del exception
    return respond(request, messages.not_found_problem)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an exception outside of views; Django has logged it. A lost database is no fault of the page."""
    is_lost = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return respond(request, messages.unavailable_problem if is_lost else messages.server_problem)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid proof of origin."""
    log.info("csrf.refused", reason=reason)
    return respond(request, messages.csrf_problem)
