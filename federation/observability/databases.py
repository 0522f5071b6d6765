"""Figures of the connections to the database, counted as the backend tells of them."""

from __future__ import annotations

from typing import Any

from federation.observability.metrics import CONNECTIONS, RECYCLED, WAIT_SECONDS, WAITED
from tenants.postgresql.signals import connection_awaited, connection_opened, connection_recycled


def connect() -> None:
    """Listen to the database backend."""
    connection_opened.connect(_count_opened, dispatch_uid="verbund-metrics")
    connection_recycled.connect(_count_recycled, dispatch_uid="verbund-metrics")
    connection_awaited.connect(_count_wait, dispatch_uid="verbund-metrics")


def _count_opened(**_details: Any) -> None:
    CONNECTIONS.inc()


def _count_recycled(**_details: Any) -> None:
    RECYCLED.inc()


def _count_wait(*, seconds: float, **_details: Any) -> None:
    WAITED.inc()
    WAIT_SECONDS.inc(seconds)
