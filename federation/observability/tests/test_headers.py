"""No answer lacks a security header, and nobody outside can talk us into another host, scheme or address."""

from __future__ import annotations

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from federation.observability.headers import HeadersMiddleware

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _answer(response: HttpResponse, *, secure: bool = False, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/", secure=secure, headers=headers)
    return HeadersMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize("status", [200, 302, 304, 404, 500, 503])
def test_every_answer_has_them_all(status: int) -> None:
    response = _answer(HttpResponse(status=status))
    assert {name: response[name] for name in EXPECTED} == EXPECTED
    assert "camera=()" in response["Permissions-Policy"]


def test_what_a_view_has_set_stays() -> None:
    made = HttpResponse(headers={"Cache-Control": "public, no-cache", "Content-Security-Policy": "default-src 'none'"})
    response = _answer(made)
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Content-Security-Policy"] == "default-src 'none'"


def test_the_policy_allows_nothing_unsafe() -> None:
    for policy in (_answer(HttpResponse())["Content-Security-Policy"], build_policy(nonce="abc")):
        assert "unsafe-" not in policy
        assert "*" not in policy
        assert "http:" not in policy
        directives = {name: values for name, *values in (part.split() for part in policy.split(";"))}
        assert directives["default-src"] == directives["object-src"] == directives["base-uri"] == ["'none'"]
        assert directives["frame-ancestors"] == ["'none'"]
        assert "data:" not in directives["script-src"]


def test_hsts_on_https_in_production_only() -> None:
    assert "Strict-Transport-Security" not in _answer(HttpResponse(), secure=True)
    with override_settings(SECURE_HSTS_SECONDS=60):
        assert _answer(HttpResponse(), secure=True)["Strict-Transport-Security"] == "max-age=60"
        assert "Strict-Transport-Security" not in _answer(HttpResponse())


def test_forwarded_headers_of_a_stranger_change_nothing() -> None:
    assert settings.VERBUND_TRUSTED_PROXIES == 0
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Port": "4443",
        "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    }
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(request.build_absolute_uri())

    request = RequestFactory().get("/x", headers={"host": "gladbeck.localhost", **headers})
    with override_settings(SECURE_HSTS_SECONDS=60):
        response = HeadersMiddleware(view)(request)
    assert response.content == b"http://gladbeck.localhost/x"
    assert not seen[0].is_secure()
    assert "Strict-Transport-Security" not in response
