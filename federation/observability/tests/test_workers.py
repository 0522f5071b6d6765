"""A task has one line, one count, and the id of the request that sent it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery import Celery, signals
from structlog.testing import capture_logs

from federation.observability import workers
from federation.observability.metrics import render

app = Celery("observed", broker="memory://", set_as_current=False)


@app.task(name="observed.work")
def work(*, fails: bool = False) -> dict[str, Any]:
    if fails:
        raise ValueError
    return dict(structlog.contextvars.get_contextvars())


@pytest.fixture(autouse=True)
def _observed() -> Iterator[None]:
    workers.connect()
    yield
    for signal in (
        signals.setup_logging,
        signals.before_task_publish,
        signals.task_prerun,
        signals.task_postrun,
    ):
        signal.disconnect(dispatch_uid=workers.UID)


def test_a_task_has_one_line_without_its_arguments() -> None:
    with capture_logs() as lines:
        work.apply(kwargs={"fails": False})
    (line,) = (line for line in lines if line["event"] == "task")
    assert (line["task"], line["state"]) == ("observed.work", "SUCCESS")
    assert line["duration_ms"] >= 0
    assert "fails" not in line


def test_a_failed_task_is_counted_as_such() -> None:
    with capture_logs():
        work.apply(kwargs={"fails": True})
    assert 'verbund_tasks_total{state="FAILURE",task="observed.work"}' in render().decode()


def test_lines_of_a_task_carry_its_id_and_lines_after_do_not() -> None:
    with capture_logs():
        bound = work.apply(task_id="t-1").get()
    assert bound["task_id"] == "t-1"
    assert "task_id" not in structlog.contextvars.get_contextvars()


def test_the_id_of_the_request_travels_with_the_message() -> None:
    headers: dict[str, Any] = {}
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        signals.before_task_publish.send(sender="observed.work", headers=headers)
    assert headers == {"verbund_request_id": "r-1"}
    with capture_logs():
        assert work.apply(headers=headers).get()["request_id"] == "r-1"
