"""From the region's search to a town's own page."""

from __future__ import annotations

import pytest
from django.test import Client

COOKIE = "verbund_kommune"
SERVICE = "/leistungen/hund-anmelden/"


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_service_is_found_and_asks_for_the_town(region: Client) -> None:
    page = text_of(region, "/suche/?q=Hund+anmelden")
    assert f'href="{SERVICE}"' in page
    assert "in 12 Kommunen" in page
    assert "kommune=gladbeck&amp;weiter=%2Fleistungen%2Fhund-anmelden%2F" in page


def test_the_main_journey_from_search_to_gladbeck(region: Client) -> None:
    assert "In welcher Kommune?" in text_of(region, SERVICE)
    chosen = region.get("/kommune/waehlen/", {"kommune": "gladbeck", "weiter": SERVICE})
    assert chosen["Location"] == SERVICE
    there = region.get(SERVICE)
    assert there.status_code == 302
    assert there["Location"] == "http://gladbeck.localhost/leistungen/hund-anmelden/"


def test_a_chosen_town_is_where_results_lead(region: Client) -> None:
    region.cookies[COOKIE] = "gladbeck"
    page = text_of(region, "/suche/?q=hund")
    assert 'href="http://gladbeck.localhost/leistungen/hund-anmelden/"' in page
    assert f"{SERVICE}?auswahl=1" in page


def test_another_town_can_be_asked_for(region: Client) -> None:
    region.cookies[COOKIE] = "gladbeck"
    page = text_of(region, f"{SERVICE}?auswahl=1")
    assert "In einer anderen Kommune" in page
    assert "Weiter in Gladbeck" in page


def test_a_town_in_the_query_counts_as_chosen(region: Client) -> None:
    page = text_of(region, "/suche/?q=hund+anmelden+in+Dorsten")
    assert 'href="http://dorsten.localhost/leistungen/hund-anmelden/"' in page


def test_towns_are_found_in_the_same_field(region: Client) -> None:
    assert "kommune=marl" in text_of(region, "/suche/?q=Marl")
    assert "kommune=gladbeck" in text_of(region, "/suche/vorschlaege/?q=Gladb")


def test_suggestions_hold_services(region: Client) -> None:
    part = text_of(region, "/suche/vorschlaege/?q=hund")
    assert SERVICE in part
    assert "<html" not in part


@pytest.mark.parametrize(
    "query", ["", "   ", "xyzzyqq", "'; DROP TABLE--", "%", "a" * 5000, "<script>alert(1)</script>"]
)
def test_any_query_is_answered(region: Client, query: str) -> None:
    page = region.get("/suche/", {"q": query})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert region.get("/suche/vorschlaege/", {"q": query}).status_code == 200


@pytest.mark.parametrize("slug", ["gibt-es-nicht", "a" * 200])
def test_an_unknown_service_is_not_there(region: Client, slug: str) -> None:
    assert region.get(f"/leistungen/{slug}/").status_code == 404


def test_the_district_does_not_take_dogs(region: Client) -> None:
    page = text_of(region, SERVICE)
    assert "Dort nicht im Angebot" in page


def test_all_services_stand_in_german_order(region: Client) -> None:
    page = text_of(region, "/leistungen/")
    assert page.index("Abfallkalender") < page.index("Geburtsurkunde") < page.index("Hund anmelden")


def test_english_pages_speak_english(region: Client) -> None:
    page = text_of(region, "/en/leistungen/")
    assert 'lang="en"' in page
    assert "/en/leistungen/hund-anmelden/" in page
