"""Secrets and personal data stay out of the logs."""

import pytest

from federation.observability.privacy import REMOVED, clean, protect


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("mail to erika.mustermann+amt@gladbeck.example failed", "erika"),
        ("connect postgresql://app:hunter2@db:5432/verbund failed", "hunter2"),
        ("GET /verwaltung/einladung/Zm9vYmFy/ 200", "Zm9vYmFy"),
        ("password=hunter2 was wrong", "hunter2"),
        ("duplicate key: Key (email)=(erika@x.example) already exists.", "erika"),
        ("DETAIL: Failing row contains (7, Erika Mustermann, 45964 Gladbeck).", "Mustermann"),
    ],
)
def test_what_must_not_be_seen_is_removed(text: str, gone: str) -> None:
    assert gone not in clean(text)
    assert REMOVED in clean(text)


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
