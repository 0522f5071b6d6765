"""The frame of pages: addresses in both languages, and parts that may be missing."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from federation.ui import context
from federation.ui.context import chrome
from federation.ui.paths import here, in_language, languages
from tenants.actors import Actor


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


REGION = SimpleNamespace(slug="emscher-lippe", name="Emscher-Lippe", claim="", host="region.localhost")
GLADBECK = SimpleNamespace(
    region_slug="emscher-lippe", is_open=True, is_listed=True, name="Gladbeck", host="gladbeck.localhost"
)


def umbrella_request(cookie: str, monkeypatch: pytest.MonkeyPatch) -> HttpRequest:
    """Return a request to an umbrella whose region has one open town."""
    snapshot = SimpleNamespace(tenants={"gladbeck": GLADBECK})
    monkeypatch.setattr(context, "directory", SimpleNamespace(snapshot=lambda: snapshot))
    request = RequestFactory().get("/kommunen/", headers={"cookie": f"verbund_kommune={cookie}"})
    vars(request)["site"] = SimpleNamespace(kind="umbrella", region=REGION, tenant=None)
    return request


def test_the_chosen_town_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = chrome(umbrella_request("gladbeck", monkeypatch))
    assert frame.municipality is not None
    assert frame.municipality.name == "Gladbeck"
    assert [entry.label for entry in frame.navigation if entry.current] == ["Kommunen"]


@pytest.mark.parametrize("cookie", ["", "unbekannt", "<script>"])
def test_a_cookie_without_a_town_of_the_region_offers_the_choice(cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = chrome(umbrella_request(cookie, monkeypatch))
    assert frame.municipality is None
    assert frame.choose_url == "/kommune/aendern/"


def test_operators_see_their_navigation_only_when_signed_in() -> None:
    request = RequestFactory().get("/kommunen/neu/")
    vars(request)["site"] = SimpleNamespace(kind="console", region=None, tenant=None)
    assert chrome(request).side_navigation == ()
    vars(request)["actor"] = Actor(kind="operator", name="Olga Betrieb", id=uuid4())
    entries = chrome(request).side_navigation
    assert [entry.label for entry in entries if entry.current] == ["Kommune einrichten"]
