"""One id, one line and one count for each request, and nothing personal in any of them."""

from __future__ import annotations

import uuid

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import ResolverMatch

from federation.observability.access import AccessLog, Line
from federation.observability.metrics import render
from federation.observability.requests import RequestMiddleware, get_request_id


def _view(request: HttpRequest) -> HttpResponse:
    request.resolver_match = ResolverMatch(_view, (), {}, url_name="service", namespaces=["pages"])
    return HttpResponse(get_request_id(request))


def _get(path: str = "/", **headers: str) -> HttpResponse:
    request = RequestFactory().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return RequestMiddleware(_view)(request)


def test_an_id_is_given_and_sent_back() -> None:
    response = _get()
    assert uuid.UUID(response["X-Request-ID"]).version == 7
    assert response.content.decode() == response["X-Request-ID"]


def test_an_id_is_believed_from_a_proxy_only() -> None:
    assert _get(x_request_id="from-outside-1")["X-Request-ID"] != "from-outside-1"
    with override_settings(VERBUND_TRUSTED_PROXIES=1):
        assert _get(x_request_id="from-a-proxy-1")["X-Request-ID"] == "from-a-proxy-1"


@pytest.mark.parametrize("wrong", ["short", "x" * 65, "with space here", 'quote"quote', "zeile\tzwei-lang"])
def test_an_id_that_would_spoil_a_log_is_replaced(wrong: str) -> None:
    with override_settings(VERBUND_TRUSTED_PROXIES=1):
        assert _get(x_request_id=wrong)["X-Request-ID"] != wrong


def test_the_line_names_the_route_and_nothing_personal(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[Line] = []
    monkeypatch.setattr(AccessLog, "write", lambda _self, line: lines.append(line))
    _get("/verwaltung/einladung/Zm9vYmFy/?q=Erika+Mustermann")
    (line,) = lines
    assert line["route"] == "pages:service"
    assert (line["method"], line["status"], line["site"]) == ("GET", 200, "unknown")
    assert isinstance(line["duration_ms"], float)
    assert "Zm9vYmFy" not in str(line)
    assert "Erika" not in str(line)


def test_lines_meanwhile_carry_the_id_and_lines_after_do_not() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return HttpResponse()

    response = RequestMiddleware(view)(RequestFactory().get("/"))
    assert seen == [response["X-Request-ID"]]
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_requests_are_counted_by_route_never_by_path() -> None:
    _get("/leistungen/hund-anmelden/")
    figures = render().decode()
    assert 'verbund_requests_total{route="pages:service",site="unknown",status="200"}' in figures
    assert 'verbund_request_seconds_bucket{le="0.005",route="pages:service"' in figures
    assert "hund-anmelden" not in figures


def test_a_path_nobody_serves_makes_no_series_of_its_own() -> None:
    RequestMiddleware(lambda _request: HttpResponse(status=404))(RequestFactory().get("/wp-login.php"))
    figures = render().decode()
    assert 'route="none"' in figures
    assert "wp-login" not in figures
