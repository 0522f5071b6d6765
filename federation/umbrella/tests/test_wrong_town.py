"""Somebody reads the page of a service in the wrong town: the same service in their own is a few links away.

Links and forms only, as without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
Visit = Callable[[str], Client]
COOKIE = "verbund_kommune"
DOG = "/leistungen/hund-anmelden/"


class Reader:
    """A person with a browser: cookies stay with their hosts."""

    def __init__(self, visit: Visit) -> None:
        """Start with nothing chosen."""
        self._visit = visit
        self._browsers: dict[str, Client] = {}
        self.address = self.page = ""

    def open(self, address: str) -> None:
        """Go to an address, redirects included."""
        for _step in range(5):
            parts = urlsplit(address)
            client = self._browsers.setdefault(parts.netloc, self._visit(parts.netloc))
            answer = client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
            self.address = f"http://{parts.netloc}{parts.path}"
            if answer.status_code not in {301, 302}:
                assert answer.status_code == 200, address
                self.page = answer.content.decode()
                return
            target = answer["Location"]
            address = target if target.startswith("http") else f"http://{parts.netloc}{target}"
        message = f"too many redirects from {address}"
        raise AssertionError(message)

    def follow(self, words: str) -> None:
        """Follow the first link with these words."""
        for href, text in re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page, re.DOTALL):
            if words in unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))):
                target = unescape(href)
                host = urlsplit(self.address).netloc
                self.open(target if target.startswith("http") else f"http://{host}{target}")
                return
        message = f"no link says {words!r}"
        raise AssertionError(message)

    def find_town(self, name: str) -> None:
        """Send the form that finds a municipality, with what it carries along."""
        form = re.search(r'<form[^>]*action="(/kommunen/suche/)".*?</form>', self.page, re.DOTALL)
        assert form is not None
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(0))
        query = "&".join([f"q={name}", *(f"{key}={unescape(value)}" for key, value in hidden)])
        self.open(f"http://{urlsplit(self.address).netloc}{form.group(1)}?{query}")


@pytest.fixture
def reader(visit: Visit) -> Reader:
    """Return somebody who reads Gladbeck's page of a service."""
    person = Reader(visit)
    person.open(f"http://gladbeck.localhost{DOG}")
    return person


def test_the_chosen_town_of_the_region_is_offered(reader: Reader) -> None:
    reader.open("http://emscher-lippe.localhost/kommune/waehlen/?kommune=dorsten")
    reader.open(f"http://gladbeck.localhost{DOG}")
    reader.follow("Diese Leistung in Ihrer Kommune")
    assert reader.address == f"http://emscher-lippe.localhost{DOG}"
    reader.follow("Weiter in Dorsten")
    assert reader.address == f"http://dorsten.localhost{DOG}"


def test_a_town_of_another_region_is_found_with_the_service(reader: Reader) -> None:
    reader.follow("Diese Leistung in Ihrer Kommune")
    reader.find_town("Münster")
    reader.follow("Münster gehört zu")
    assert reader.address == f"http://muenster.localhost{DOG}"
    reader.open(f"http://muensterland.localhost{DOG}")
    assert reader.address == f"http://muenster.localhost{DOG}", "the choice is remembered there"


def test_the_english_page_stays_english(reader: Reader) -> None:
    reader.open(f"http://gladbeck.localhost/en{DOG}")
    reader.follow("This service in your municipality")
    assert reader.address == f"http://emscher-lippe.localhost/en{DOG}"


def test_what_the_district_does_is_offered_elsewhere_too(reader: Reader) -> None:
    reader.open("http://gladbeck.localhost/leistungen/fahrzeug-zulassen/")
    reader.follow("Diese Leistung in Ihrer Kommune")
    assert reader.address == "http://emscher-lippe.localhost/leistungen/fahrzeug-zulassen/"


@pytest.mark.parametrize("slug", ["kindergeld-beantragen"])
def test_what_is_the_same_everywhere_asks_nobody_where_they_live(reader: Reader, slug: str) -> None:
    reader.open(f"http://gladbeck.localhost/leistungen/{slug}/")
    assert "Sie wohnen woanders?" not in reader.page
