"""Rich text: only the markup that XZuFi allows ever reaches a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.richtext import TAGS, as_markup, clean_rich_text
from catalog.services.validation import clean_value
from tenants.errors import InvalidInput


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Hallo", "<p>Hallo</p>"),
        ("Eins\r\n\r\nZwei\nDrei", "<p>Eins</p><p>Zwei<br>Drei</p>"),
        ("<p onclick='x()'>A</p><script>alert(1)</script>", "<p>A</p>"),
        ('<p><a href="javascript:x()">A</a></p>', "<p><a>A</a></p>"),
        (
            '<p><a href="https://x.de" target="_blank" style="color:red">A</a></p>',
            '<p><a href="https://x.de">A</a></p>',
        ),
        ("<div><p>A</p><img src=x onerror=y></div>", "<p>A</p>"),
        ("Kosten < 5 € & mehr", "<p>Kosten &lt; 5 € &amp; mehr</p>"),
    ],
)
def test_cleaning(given_text: str, expected: str) -> None:
    assert clean_rich_text(given_text) == expected


@given(st.text(alphabet="<>/apbr \"'=x&;\n", max_size=60))
def test_nothing_but_allowed_tags_survives(text: str) -> None:
    cleaned = clean_rich_text(text)
    assert set(re.findall(r"</?([a-z0-9]+)", cleaned)) <= TAGS
    assert clean_rich_text(cleaned) == as_markup(cleaned) == cleaned


def test_a_text_without_words_is_no_text() -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_value("full_text", "de", "<p> </p>")
    assert "full_text" in refused.value.fields


def test_a_title_never_stays_empty_but_a_note_may() -> None:
    assert clean_value("notes", "de", None) is None
    with pytest.raises(InvalidInput):
        clean_value("title", "de", None)


@pytest.mark.parametrize(("field", "language"), [("colour", "de"), ("fee", "de"), ("title", ""), ("title", "fr")])
def test_unknown_fields_and_languages_are_refused(field: str, language: str) -> None:
    with pytest.raises(InvalidInput):
        clean_value(field, language, "x")
