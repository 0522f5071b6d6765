"""No answer of the whole application lacks a security header, whichever page, host or failure it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver

from federation.urls import common

HOSTS = {
    "tenant": "gladbeck.localhost",
    "umbrella": "emscher-lippe.localhost",
    "console": settings.VERBUND_CONSOLE_HOST,
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PRESENT = ("Content-Security-Policy", "Permissions-Policy", "Cache-Control")
Visit = Callable[[str], Client]


def _paths(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Yield the paths of all routes, with a word that fits nothing where a route takes a value."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, route)
        elif "uuid:" in route:
            yield _filled(route, "00000000-0000-7000-8000-000000000000")
        else:
            yield _filled(route, "gibt-es-nicht")


def _filled(route: str, word: str) -> str:
    head, _, rest = route.partition("<")
    return _filled(head + word + rest.partition(">")[2], word) if rest else head


def _check(response: HttpResponseBase, where: str) -> None:
    missing = {name for name, value in FIXED.items() if response.headers.get(name) != value}
    missing |= {name for name in PRESENT if not response.headers.get(name)}
    assert not missing, where
    assert "unsafe-" not in response["Content-Security-Policy"], where


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(HOSTS))
def test_every_route_has_all_headers(visit: Visit, listening: None, kind: str) -> None:
    client = visit(HOSTS[kind])
    client.raise_request_exception = False
    found = set(_paths(import_module(f"federation.urls.{kind}").urlpatterns))
    assert found
    for path in sorted(found | {"/gibt-es-nicht/", "/en/gibt-es-nicht/", "/ohne-schraegstrich"}):
        for method in ("get", "post", "head"):
            _check(getattr(client, method)(path), f"{method} {kind} {path}")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/healthz/live", "/healthz/ready", "/metrics", "/static/gibt-es-nicht.css"])
@pytest.mark.parametrize(
    "host", ["no.such.host", "gladbeck.localhost", "in valid", "evil.example:80@gladbeck.localhost"]
)
def test_answers_beside_the_routes_have_them_too(visit: Visit, host: str, path: str) -> None:
    _check(visit(host).get(path), f"{host} {path}")


@pytest.mark.django_db
def test_forwarded_headers_of_a_stranger_change_nothing(visit: Visit) -> None:
    lies = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "4443",
        "X-Forwarded-For": "203.0.113.9",
        "X-Request-ID": "told-by-a-stranger",
        "Forwarded": "host=evil.example;proto=https",
    }
    for path in ("/", "/leistungen/", "/ohne-schraegstrich"):
        client = visit("gladbeck.localhost")
        with override_settings(SECURE_HSTS_SECONDS=60):
            plain, lied = client.get(path), client.get(path, headers=lies)
        assert lied.status_code == plain.status_code
        assert lied.content == plain.content
        assert b"evil.example" not in lied.content
        assert lied.headers.get("Location") == plain.headers.get("Location")
        assert lied.headers["X-Request-ID"] != "told-by-a-stranger"
        assert "Strict-Transport-Security" not in lied.headers


@pytest.mark.parametrize("kind", list(HOSTS))
def test_every_urlconf_has_our_error_handlers(kind: str) -> None:
    urlconf = import_module(f"federation.urls.{kind}")
    for name in common.__all__:
        assert getattr(urlconf, name, None) == getattr(common, name), f"{name} in federation.urls.{kind}"
