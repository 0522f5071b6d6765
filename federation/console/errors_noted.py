"""Keeps the last unexpected error of a tenant for the console: which exception, in which request or task, no more.

A page's error is written when the request is over, a task's when the task is: by then the transaction that failed is
rolled back and its connection is whole again or closed. At most once a minute for each tenant and process.
"""

from __future__ import annotations

import sys
import threading
import time
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

import structlog
from celery import signals as celery_signals
from django.core import signals
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest

from federation.observability.requests import get_request_id
from tenants.context import as_operator
from tenants.errors import DomainError
from tenants.provisioning.services import note_error
from tenants.registry.sites import Site

log = structlog.get_logger(__name__)

INTERVAL_SECONDS: Final = 60.0
_EXPECTED: Final = (DomainError, Http404, PermissionDenied, SuspiciousOperation, BadRequest)
_waiting: ContextVar[tuple[UUID, str] | None] = ContextVar("verbund_error_to_note", default=None)
_noted_at: dict[UUID, float] = {}
_lock = threading.Lock()


def connect() -> None:
    """Listen to Django and Celery."""
    signals.got_request_exception.connect(_remember, dispatch_uid="console.errors_noted")
    signals.request_finished.connect(_note_waiting, dispatch_uid="console.errors_noted")
    celery_signals.task_failure.connect(_note_task, dispatch_uid="console.errors_noted")


def _remember(request: HttpRequest | None = None, **_details: Any) -> None:
    site: Site | None = getattr(request, "site", None)
    error = sys.exc_info()[1]
    if request is None or error is None or site is None or site.tenant is None or isinstance(error, _EXPECTED):
        return
    _waiting.set((site.tenant.id, _message(error, f"request {get_request_id(request)}")))


def _note_waiting(**_details: Any) -> None:
    found = _waiting.get()
    if found is not None:
        _waiting.set(None)
        _note(*found)


def _note_task(sender: Any = None, task_id: str = "", exception: BaseException | None = None, **_details: Any) -> None:
    request = getattr(sender, "request", None)
    carried = request.get("verbund_tenant") if request else None
    if carried and exception is not None and not isinstance(exception, DomainError):
        _note(UUID(carried["id"]), _message(exception, f"task {task_id}"))


def _message(error: BaseException, where: str) -> str:
    # The exception's own text may hold what a person typed, so only its class is kept.
    return f"{type(error).__name__} ({where})"


def _note(tenant_id: UUID, message: str) -> None:
    if not _is_due(tenant_id):
        return
    try:
        with as_operator():
            note_error(tenant_id=tenant_id, message=message)
    except Exception:
        log.warning("errors_noted.failed", tenant_id=str(tenant_id), exc_info=True)


def _is_due(tenant_id: UUID) -> bool:
    now = time.monotonic()
    with _lock:
        last = _noted_at.get(tenant_id)
        if last is not None and now - last < INTERVAL_SECONDS:
            return False
        _noted_at[tenant_id] = now
        return True
