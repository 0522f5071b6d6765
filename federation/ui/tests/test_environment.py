"""What templates may call: the same in every language, and never a way out of escaping."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from federation.ui.environment import bag, euro, icon, lines, localdate, localdatetime, update_with

PLAIN_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def render(source: str, **context: Any) -> str:
    """Render a source with the environment of all pages."""
    return str(engines["jinja2"].from_string(source).render(context))


@pytest.mark.parametrize(
    ("language", "amount", "day"), [("de", "1.234,50\xa0€", "4. März 2026"), ("en", "€1,234.50", "4 March 2026")]
)
def test_amounts_and_dates_follow_the_language(language: str, amount: str, day: str) -> None:
    with translation.override(language):
        assert euro(123450) == amount
        assert localdate(date(2026, 3, 4)) == day


def test_a_moment_is_told_in_the_portals_time_zone() -> None:
    late_in_utc = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    with translation.override("de"):
        assert localdate(late_in_utc) == "1. Juli 2026"
        assert localdatetime(late_in_utc).startswith("01.07.2026, 00:30")
        assert localdate(None) == localdatetime(None) == ""


@override_settings(STORAGES=PLAIN_STORAGES)
def test_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in icon("search")
    named = icon("lock", label='gesperrt">')
    assert 'role="img"' in named
    assert "gesperrt&#34;&gt;" in named


@given(st.text())
def test_lines_escape_everything(text: str) -> None:
    bare = lines(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in bare


def test_lines_make_paragraphs() -> None:
    assert lines("Rathaus\nPlatz 1\n\n45964 Gladbeck") == Markup("<p>Rathaus<br>Platz 1</p><p>45964 Gladbeck</p>")


def test_bag_reads_dicts_and_objects_alike() -> None:
    assert bag({"href": "/"}).href == "/"
    assert bag({}).href == ""
    assert bag(date(2026, 1, 2)).year == 2026
    assert bag(bag({"items": 3})).items == 3


def test_attributes_are_merged_and_escaped() -> None:
    assert update_with({"type": "submit"}, {"type": "button"}) == {"type": "button"}
    source = (
        '{% import "ui/components/actions.html" as a %}{{ a.button(label, attrs={"data-x": value, "disabled": none}) }}'
    )
    html = render(source, label="<b>", value='"><script>')
    assert "&lt;b&gt;" in html
    assert "<script>" not in html
    assert "disabled" not in html


def test_translations_interpolate_safely() -> None:
    html = render('{{ _("Für Beschäftigte von %(name)s.", name=name) }}', name="<i>Gladbeck</i>")
    assert "&lt;i&gt;Gladbeck&lt;/i&gt;" in html
