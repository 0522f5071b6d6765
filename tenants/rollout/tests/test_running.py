"""Processes are heard of as long as they run, by the clock of the database."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import pytest
from django.db import connections

from tenants.ids import uuid7
from tenants.rollout import running
from tenants.rollout.running import ProcessKind, list_readers, report
from tenants.rollout.tests.conftest import query

NOTICE = [("portal_notice", "level")]


@pytest.mark.django_db
def test_a_clock_that_is_wrong_hides_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: pytest.fail("the clock of this machine was asked"))
    process_id = uuid7()
    report(process_id, "web")
    assert list(list_readers(NOTICE)) == ["portal_notice.level"]
    fresh = "SELECT seen_at > now() - interval '1 minute' FROM rollout_runningprocess WHERE id::text = %s"
    assert query(fresh, str(process_id)) == [(True,)]


def test_whatever_goes_wrong_the_thread_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[ProcessKind] = []

    def fail(_process_id: UUID, kind: ProcessKind) -> None:
        told.append(kind)
        raise RuntimeError("as if the files were replaced meanwhile")

    monkeypatch.setattr(running, "report", fail)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    running._try_to_report(uuid7(), "web")
    assert told == ["web"]


def test_a_web_process_tells_of_itself_before_its_first_visitor() -> None:
    code = """
from tenants.rollout import running
running.report = lambda process_id, kind: print(kind, flush=True)
began = []
thread = running.threading.Thread
running.threading.Thread = lambda **given: (began.append(given["name"]), thread(**given))[1]
import federation.wsgi
assert "running" in began, began
"""
    subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", f"import os, django\nos.environ['VERBUND_LISTEN'] = '1'\ndjango.setup()\n{code}"],
        check=True,
        timeout=60,
    )
