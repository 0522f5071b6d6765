"""Several projectors at once: one tenant's events stay in order, other tenants don't wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tenants.context import in_tenant
from tenants.outbox import services
from tenants.outbox.models import OutboxEvent
from tenants.outbox.services import handles, project_waiting, publish
from tenants.registry.sites import directory

KIND = "tests.order"


class Projection:
    """Notes what it gets; the first event waits in it until it may go on."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.began, self.may_end = threading.Event(), threading.Event()

    def __call__(self, event: OutboxEvent) -> None:
        if event.data["what"] == "first":
            self.began.set()
            assert self.may_end.wait(20)
        self.seen.append((event.owner_role, event.data["what"]))


@pytest.fixture
def projection() -> Iterator[Projection]:
    """Return a projection of the test's own kind of event."""
    made = Projection()
    handles(KIND)(made)
    yield made
    made.may_end.set()
    del services._handlers[KIND]


def project_one_and_close() -> None:
    """Be another projector's process."""
    try:
        project_waiting(limit=1)
    finally:
        connection.close()


def test_while_one_projector_is_at_a_tenant_another_does_other_tenants_only(
    fresh_database: str, projection: Projection
) -> None:
    gladbeck, dorsten = (directory.snapshot().tenants[slug].ref for slug in ("gladbeck", "dorsten"))
    for town, what in ((gladbeck, "first"), (gladbeck, "second"), (dorsten, "other")):
        with in_tenant(town):
            publish(kind=KIND, data={"what": what})
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(project_one_and_close)
        assert projection.began.wait(20)
        project_waiting()
        assert projection.seen == [(dorsten.role, "other")]
        projection.may_end.set()
        other.result(20)
    project_waiting()
    assert [what for role, what in projection.seen if role == gladbeck.role] == ["first", "second"]
