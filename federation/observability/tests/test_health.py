"""Probes are answered before anything else, and metrics only to whoever may read them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
import redis
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from structlog.testing import capture_logs

from federation.observability import health
from federation.observability.health import HealthMiddleware, Readiness


def _beyond(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("beyond", status=418)


def _get(path: str, **headers: str) -> HttpResponse:
    request = RequestFactory().get(path, headers={"host": "no.such.host", **headers})
    return HealthMiddleware(_beyond)(request)


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "readiness", Readiness())
    monkeypatch.setattr(health, "_CHECKS", {"database": lambda: None, "valkey": lambda: None})
    with capture_logs():
        yield


def test_live_needs_nothing() -> None:
    assert _get("/healthz/live").status_code == 200


def test_ready_when_both_answer() -> None:
    response = _get("/healthz/ready")
    assert response.status_code == 200
    assert json.loads(response.content) == {"status": "ok", "parts": {"database": "ok", "valkey": "ok"}}


@pytest.mark.parametrize(
    ("part", "failure"),
    [("database", psycopg.OperationalError("at 10.0.0.5")), ("valkey", redis.ConnectionError("at 10.0.0.5"))],
)
def test_not_ready_names_the_part_and_no_more(monkeypatch: pytest.MonkeyPatch, part: str, failure: Exception) -> None:
    def fail() -> None:
        raise failure

    monkeypatch.setitem(health._CHECKS, part, fail)
    response = _get("/healthz/ready")
    assert response.status_code == 503
    assert json.loads(response.content)["parts"][part] == "failing"
    assert b"10.0.0.5" not in response.content


def test_many_probes_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(health, "_CHECKS", {"database": lambda: asked.append(1)})
    for _ in range(5):
        _get("/healthz/ready")
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/", "/healthz", "/healthz/live/", "/metrics/x", "/en/healthz/live"])
def test_every_other_path_goes_on(path: str) -> None:
    assert _get(path).status_code == 418


def test_writing_to_a_probe_goes_on() -> None:
    assert HealthMiddleware(_beyond)(RequestFactory().post("/healthz/live")).status_code == 418


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", "Basic right", "right", "Bearer rightt", "Bearer ü"]
)
def test_metrics_do_not_exist_without_the_token(given: str | None) -> None:
    with override_settings(VERBUND_METRICS_TOKEN="right"):
        headers = {} if given is None else {"Authorization": given}
        assert _get("/metrics", **headers).status_code == 418


def test_metrics_do_not_exist_where_no_token_is_set() -> None:
    with override_settings(VERBUND_METRICS_TOKEN=""):
        assert _get("/metrics", Authorization="Bearer ").status_code == 418


def test_metrics_for_whoever_has_the_token() -> None:
    with override_settings(VERBUND_METRICS_TOKEN="right"):
        response = _get("/metrics", Authorization="Bearer right")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert b"# TYPE verbund_requests_total counter" in response.content


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_probes_carry_the_headers_too(path: str) -> None:
    response = _get(path)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response
