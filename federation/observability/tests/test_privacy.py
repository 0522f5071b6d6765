"""Secrets and personal data stay out of the logs."""

from collections.abc import Iterator

import pytest
from django.urls import URLResolver, get_resolver

from federation.observability.privacy import REMOVED, clean, protect


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("mail to erika.mustermann+amt@gladbeck.example failed", "erika"),
        ("connect postgresql://app:hunter2@db:5432/verbund failed", "hunter2"),
        ("GET /verwaltung/einladung/Zm9vYmFy/ 200", "Zm9vYmFy"),
        ("back at /konto/anmelden/zurueck/?state=abc&code=Zm9vYmFy failed", "Zm9vYmFy"),
        ("password=hunter2 was wrong", "hunter2"),
        ("duplicate key: Key (email)=(erika@x.example) already exists.", "erika"),
        ("DETAIL: Failing row contains (7, Erika Mustermann, 45964 Gladbeck).", "Mustermann"),
    ],
)
def test_what_must_not_be_seen_is_removed(text: str, gone: str) -> None:
    assert gone not in clean(text)
    assert REMOVED in clean(text)


@pytest.mark.parametrize("kind", ["tenant", "umbrella", "console"])
def test_no_link_that_opens_something_is_readable(kind: str) -> None:
    found = 0
    for path in paths_with_a_token(get_resolver(f"federation.urls.{kind}"), ""):
        assert "Zm9vYmFy" not in clean(f"GET {path} failed"), path
        found += 1
    assert found


def paths_with_a_token(resolver: URLResolver, before: str) -> Iterator[str]:
    """Yield the paths of routes that take a token, with one in it."""
    for pattern in resolver.url_patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from paths_with_a_token(pattern, path)
        elif "<str:token>" in path:
            yield "/" + path.replace("<str:token>", "Zm9vYmFy").removeprefix("/")


@pytest.mark.parametrize("text", ["request", "2026-01-01T10:00:00Z", "pages:service", "Generation 4 (of 7): ready"])
def test_everything_else_stays(text: str) -> None:
    assert clean(text) == text


def test_by_name_and_at_any_depth() -> None:
    event = {
        "event": "x",
        "password": "a",
        "csrf_token": "b",
        "data": {"email": "c", "list": ["d@e.example", 1]},
        "n": 3,
    }
    assert protect(None, "info", event) == {
        "event": "x",
        "password": REMOVED,
        "csrf_token": REMOVED,
        "data": {"email": REMOVED, "list": [REMOVED, 1]},
        "n": 3,
    }
