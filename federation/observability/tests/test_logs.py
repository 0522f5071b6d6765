"""Every line has one shape, whoever writes it, and carries tenant and request id."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from federation.observability.access import AccessLog
from federation.settings.environment import ROOT

_PROGRAM = """
import logging, uuid
import django
django.setup()
import structlog
from tenants.context import TenantRef, in_tenant
structlog.contextvars.bind_contextvars(request_id="r-1")
tenant = TenantRef(id=uuid.UUID(int=1), slug="gladbeck", schema="t_gladbeck", role="x_t_gladbeck")
with in_tenant(tenant):
    structlog.get_logger("ours").info("service.changed", services=3, password="hunter2")
    logging.getLogger("celery.worker").warning("lost %s", "broker")
logging.getLogger("_granian").info("Starting granian")
request = logging.getLogger("django.request")
request.warning("Not Found: %s", "/verwaltung/einladung/Zm9vYmFy/", extra={"status_code": 404})
try:
    secret_local = "not to be seen"
    raise ValueError("erika@gladbeck.example")
except ValueError:
    request.error("Internal Server Error: %s", "/verwaltung/einladung/Zm9vYmFy/", exc_info=True)
logging.getLogger("chatty").debug("too much")
"""


def _lines(log_format: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", _PROGRAM],
        env={"VERBUND_MODE": "test", "VERBUND_LOG_FORMAT": log_format, "DJANGO_SETTINGS_MODULE": "federation.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stdout
    return done.stderr.splitlines()


def test_lines_of_all_writers_have_one_shape() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in _lines("json")]
    assert [line["event"] for line in lines] == ["service.changed", "lost broker", "Starting granian", "request.failed"]
    assert all(line["request_id"] == "r-1" for line in lines)
    assert [line.get("tenant") for line in lines] == ["gladbeck", "gladbeck", None, None]
    assert [line["level"] for line in lines] == ["info", "warning", "info", "error"]
    assert all(line["timestamp"].endswith("Z") and line["logger"] for line in lines)


def test_no_line_holds_secrets_paths_or_local_variables() -> None:
    for log_format in ("json", "text"):
        text = "\n".join(_lines(log_format))
        assert "Traceback" in text
        for gone in ("hunter2", "Zm9vYmFy", "erika@", "not to be seen"):
            assert gone not in text, (gone, log_format)


def test_an_access_line_is_json_and_whole(capfd: pytest.CaptureFixture[str]) -> None:
    log = AccessLog()
    log.configure(level="INFO", log_format="json")
    log.write({"route": "pages:service", "status": 200})
    line = json.loads(capfd.readouterr().err)
    assert (line["event"], line["route"], line["status"]) == ("request", "pages:service", 200)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(("level", "is_written"), [("DEBUG", True), ("INFO", True), ("WARNING", False)])
def test_access_lines_follow_the_level(capfd: pytest.CaptureFixture[str], level: str, *, is_written: bool) -> None:
    log = AccessLog()
    log.configure(level=level, log_format="text")
    log.write({"route": "pages:service"})
    assert ("route=pages:service" in capfd.readouterr().err) is is_written


def test_no_handler_sends_mail_or_writes_twice() -> None:
    assert not logging.getLogger("django").handlers
    assert not logging.getLogger("_granian").handlers
