"""Background tasks: one line and one figure for each, under the id of the request that sent it."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

import structlog
from celery import signals

from federation.observability.metrics import TASK_SECONDS, TASKS

log = structlog.get_logger("verbund.tasks")
UID: Final = "verbund"
_REQUEST_ID: Final = "verbund_request_id"
_STARTED: Final = "_verbund_started"


def connect() -> None:
    """Listen to Celery; connecting to `setup_logging` also keeps it from replacing our logging by its own."""
    signals.setup_logging.connect(_keep_logging, dispatch_uid=UID)
    signals.before_task_publish.connect(_send_request_id, dispatch_uid=UID)
    signals.task_prerun.connect(_begin, dispatch_uid=UID)
    signals.task_postrun.connect(_end, dispatch_uid=UID)


def _keep_logging(loglevel: int | str | None = None, **_details: Any) -> None:
    """Take no other action: `logs.configure` has run by now. A level given on the command line counts."""
    if isinstance(loglevel, int):
        logging.getLogger().setLevel(loglevel)


def _send_request_id(headers: dict[str, Any] | None = None, **_details: Any) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and request_id:
        headers[_REQUEST_ID] = request_id


def _begin(task_id: str, task: Any, **_details: Any) -> None:
    bound = {"task_id": task_id}
    request_id = _header(task, _REQUEST_ID)
    if request_id:
        bound["request_id"] = request_id
    setattr(task.request, _STARTED, (time.perf_counter(), structlog.contextvars.bind_contextvars(**bound)))


def _end(task: Any, state: str | None = None, **_details: Any) -> None:
    started, bound = getattr(task.request, _STARTED, (time.perf_counter(), {}))
    seconds = time.perf_counter() - started
    name = task.name or "unnamed"
    TASKS.labels(name, state or "UNKNOWN").inc()
    TASK_SECONDS.labels(name).observe(seconds)
    carried = _header(task, "verbund_tenant") or {}
    details = {"tenant": carried["slug"]} if carried else {}
    log.info("task", task=name, state=state, duration_ms=round(seconds * 1000, 2), **details)
    structlog.contextvars.reset_contextvars(**bound)


def _header(task: Any, name: str) -> Any:
    """Return a header of the message: workers hand it over as a part of the request, eager calls among the headers."""
    return task.request.get(name) or (task.request.headers or {}).get(name)
