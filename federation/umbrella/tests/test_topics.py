"""The region's services by topic: towns', district's, state's and federation's side by side."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from federation.umbrella.tests.conftest import Witness

FAMILY = "/themen/familie_kind/"


def read(client: Client, path: str) -> str:
    """Return a page without the breaks between its words."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def entries(client: Client, path: str) -> dict[str, str]:
    """Return the entries of a topic: title -> the whole entry as it is read."""
    page = client.get(path).content.decode()
    found = re.findall(r'<li class="vb-results__item">(.*?)</li>', page, re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]
    titles = [re.search(r"<a[^>]*>(.*?)</a>", one) for one in found]
    return {title.group(1): text for title, text in zip(titles, texts, strict=True) if title}


def test_topics_lead_to_the_services_of_all_levels(region: Client) -> None:
    overview = region.get("/themen/").content.decode()
    assert f'href="{FAMILY}"' in overview
    found = entries(region, FAMILY)
    assert "Zuständig: Familienkasse der Bundesagentur für Arbeit" in found["Kindergeld beantragen"]
    assert "Zuständig: Kreis" in found["Elterngeld beantragen"]
    assert "Zuständig" not in found["Geburtsurkunde"]
    assert 'href="/leistungen/kindergeld-beantragen/"' in region.get(FAMILY).content.decode()


def test_the_number_on_the_card_is_the_number_of_entries(region: Client) -> None:
    card = re.search(rf'href="{FAMILY}".*?</a>', region.get("/themen/").content.decode(), re.DOTALL)
    assert card
    assert f"{len(entries(region, FAMILY))} Leistungen" in card.group(0)


def test_who_has_chosen_a_town_is_led_to_its_topic(region: Client) -> None:
    region.cookies["verbund_kommune"] = "gladbeck"
    assert f'href="http://gladbeck.localhost{FAMILY}"' in region.get(FAMILY).content.decode()


def test_topics_are_in_english_too(region: Client) -> None:
    assert "Family and children" in read(region, f"/en{FAMILY}")
    assert "Responsible: " in read(region, f"/en{FAMILY}")


def test_what_is_no_topic_is_not_found(region: Client) -> None:
    assert region.get("/themen/gibt_es_nicht/").status_code == 404


@pytest.mark.parametrize("path", ["/themen/", FAMILY])
def test_topics_ask_for_services_and_topics_and_nothing_else(region: Client, witness: Witness, path: str) -> None:
    region.get(path)
    assert len(witness.statements) <= 2, witness.statements


def test_search_engines_are_shown_topics(region: Client) -> None:
    sitemap = region.get("/sitemap-1.xml").content.decode()
    for path in ("/themen/", FAMILY, f"/en{FAMILY}"):
        assert f"<loc>http://emscher-lippe.localhost{path}</loc>" in sitemap
