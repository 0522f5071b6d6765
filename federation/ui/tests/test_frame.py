"""The frame of pages: addresses in both languages, and parts that may be missing."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from federation.ui.context import chrome
from federation.ui.paths import here, in_language, languages


@pytest.mark.parametrize(
    ("path", "german", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/en", "/", "/en/"),
        ("/leistungen/hund/", "/leistungen/hund/", "/en/leistungen/hund/"),
        ("/en/leistungen/hund/", "/leistungen/hund/", "/en/leistungen/hund/"),
        ("/entsorgung/", "/entsorgung/", "/en/entsorgung/"),
    ],
)
def test_the_same_page_in_both_languages(path: str, german: str, english: str) -> None:
    assert in_language(path, "de") == german
    assert in_language(path, "en") == english


def test_paths_follow_the_active_language() -> None:
    with translation.override("en"):
        assert here("/kontakt/") == "/en/kontakt/"
    with translation.override("de"):
        assert here("/kontakt/") == "/kontakt/"


def test_a_search_stays_the_same_search_in_the_other_language() -> None:
    request = RequestFactory().get("/suche/", {"q": "Hund"})
    german, english = languages(request)
    assert german.current
    assert english.url == "/en/suche/?q=Hund"
    assert english.absolute_url == "http://testserver/en/suche/"


def test_a_request_without_site_has_a_frame() -> None:
    frame = chrome(RequestFactory().get("/"))
    assert frame.kind == "plain"
    assert frame.footer == ()
