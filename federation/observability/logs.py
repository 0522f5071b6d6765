"""One shape for every log line: structlog's, Django's, Celery's and granian's, with tenant and request id."""

from __future__ import annotations

import json
import logging
import logging.config
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

from federation.observability.access import access_log
from federation.observability.privacy import protect
from tenants.context import current_tenant_or_none

_QUIET: Final = (
    "kombu",
    "amqp",
    "asyncio",
    "PIL",
    "urllib3",
    "psycopg.pool",
    "celery.app.trace",
    "celery.worker.strategy",
)


def configure(options: Mapping[str, str]) -> None:
    """Set up logging for this process; Django calls it with `settings.LOGGING`: a level, and `json` or `text`."""
    level, log_format = options["level"].upper(), options["format"]
    access_log.configure(level=level, log_format=log_format)
    logging.config.dictConfig(_standard_library(level, log_format))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_before(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Tests look at lines with `capture_logs`, which a kept logger would write past.
        cache_logger_on_first_use=os.environ.get("VERBUND_MODE") != "test",
    )


def formatter(log_format: str = "json") -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter of a handler; granian's own process takes it from `granian-log.json`."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_before(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_after(log_format)],
    )


def add_tenant(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the tenant whose context the line was written in, unless the line names one itself."""
    if "tenant" not in event:
        tenant = current_tenant_or_none()
        if tenant is not None:
            event["tenant"] = tenant.slug
    return event


class DjangoRequestFilter(logging.Filter):
    """Keep of Django's lines about answers only the failures nobody caught, and take the path out.

    A path may carry the token of an invitation; every answer has its access line with the route's name instead.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the line, or rewrite its text."""
        if not record.exc_info:
            return False
        record.msg, record.args = "request.failed", ()
        return True


def _before() -> list[structlog.typing.Processor]:
    """Return what every line goes through where it is written."""
    return [
        structlog.contextvars.merge_contextvars,
        add_tenant,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _after(log_format: str) -> list[structlog.typing.Processor]:
    """Return what makes text of a line. Tracebacks are text before `protect`, and never show local variables."""
    if log_format == "json":
        return [structlog.processors.format_exc_info, protect, structlog.processors.JSONRenderer(serializer=_json)]
    return [
        structlog.processors.format_exc_info,
        protect,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=28
        ),
    ]


def _json(event: dict[str, Any], **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)


def _standard_library(level: str, log_format: str) -> dict[str, Any]:
    """Return the settings of `logging`: one handler at the root, and nobody else has one."""
    through = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"answers": {"()": DjangoRequestFilter}},
        "formatters": {"line": {"()": formatter, "log_format": log_format}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": through,
            "django.request": {**through, "filters": ["answers"]},
            "django.server": through,
            "_granian": through,
            "granian.access": through,
            "celery": through,
            **{name: {**through, "level": "WARNING"} for name in _QUIET},
        },
    }
