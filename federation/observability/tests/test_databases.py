"""What happens to connections is counted."""

from __future__ import annotations

from prometheus_client import REGISTRY

from tenants.postgresql.base import DatabaseWrapper
from tenants.postgresql.signals import connection_awaited, connection_opened, connection_recycled


def figure(name: str) -> float:
    """Return a figure of this process."""
    return REGISTRY.get_sample_value(f"verbund_database_{name}_total") or 0


def test_connections_made_and_recycled_are_counted() -> None:
    opened, recycled = figure("connections_opened"), figure("connections_recycled")
    connection_opened.send(sender=DatabaseWrapper)
    connection_recycled.send(sender=DatabaseWrapper)
    assert (figure("connections_opened"), figure("connections_recycled")) == (opened + 1, recycled + 1)


def test_waits_are_counted_with_their_time() -> None:
    waits, seconds = figure("waits"), figure("wait_seconds")
    connection_awaited.send(sender=DatabaseWrapper, seconds=0.25)
    assert (figure("waits"), figure("wait_seconds")) == (waits + 1, seconds + 0.25)
