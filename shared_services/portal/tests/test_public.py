"""What citizens see, at the HTTP boundary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shared_services.portal import services
from shared_services.portal.models import LegalPage, Notice, PortalProfile
from shared_services.portal.statement import FORMAT
from shared_services.portal.theme_presets import NEUTRAL
from tenants.actors import system_actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

SYSTEM = system_actor("tests")
SCHEMA = Path(__file__).resolve().parents[1] / "data" / "accessibility.schema.json"
PAGES = (
    "/",
    "/kontakt/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/gebaerdensprache/",
)

_SELECT = re.compile(r'SELECT "(\w+)"')
# What a home page asks the database. Who adds to it says why.
HOME_QUERIES = {
    "profile of the page": "portal_portalprofile",
    "opening hours": "portal_openinghours",
    "services with their layers": "services_service",
    "decisions with their overrides": "decisions_adoption",
    "notices": "portal_notice",
    "own labels of topics": "decisions_categorylabel",
    "topics": "services_category",
    "situations in life": "services_situation",
    "services of the town's own": "local_localservice",
    "names that the shared catalogue has taken": "services_service",
    "profile of the frame": "portal_portalprofile",
}


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages_and_may_be_cached(path: str, prefix: str, citizen: Client) -> None:
    answer = citizen.get(prefix + path)
    assert answer.status_code == 200
    assert answer["ETag"]
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer
    language = "en" if prefix else "de"
    assert f'<html lang="{language}"' in answer.content.decode()


def test_a_home_page_costs_these_queries_and_no_more(citizen: Client) -> None:
    citizen.get("/")
    with CaptureQueriesContext(connection) as asked:
        citizen.get("/")
    tables = [found.group(1) for one in asked.captured_queries if (found := _SELECT.match(one["sql"]))]
    # The directory of sites looks at its own number where no listener runs: not the page's doing.
    tables = [table for table in tables if table != "registry_generation"]
    assert sorted(tables) == sorted(HOME_QUERIES.values())


def test_the_home_page_shows_what_the_town_entered(citizen: Client, in_gladbeck: TenantInfo) -> None:
    services.update_branding(
        actor=SYSTEM, claim={"de": "Tief im Westen", "en": "Deep in the west"}, theme=NEUTRAL.as_dict()
    )
    services.update_contact(
        actor=SYSTEM,
        values={
            "street": "Ring 7",
            "postcode": "45964",
            "town": "Gladbeck",
            "phone": "02043 990",
            "website_url": "https://stadt.example/",
            "app_url": "https://app.example/",
            "council_url": "https://rat.example/",
        },
    )
    page = text_of(citizen, "/")
    for expected in ("Tief im Westen", "Ring 7", "02043 990", "https://app.example/", "https://rat.example/"):
        assert expected in page
    for link in ("/leichte-sprache/", "/gebaerdensprache/", "/barrierefreiheit/", "/impressum/", "emscher-lippe"):
        assert link in page
    assert "Hund anmelden" in page
    assert "Deep in the west" in text_of(citizen, "/en/")


def test_notices_show_on_the_home_page_and_are_escaped(citizen: Client, in_gladbeck: TenantInfo) -> None:
    texts = {"de": {"title": "Wegen <Sturm> geschlossen", "body": "Bleiben Sie daheim."}}
    services.save_notice(actor=SYSTEM, level="warning", texts=texts, shown_from=timezone.localdate())
    assert "Wegen &lt;Sturm&gt; geschlossen" in text_of(citizen, "/")
    Notice.objects.all().delete()
    assert "Sturm" not in text_of(citizen, "/")


def test_the_town_next_door_shows_its_own(
    visit: Callable[[str], Client], in_gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    services.update_branding(actor=SYSTEM, claim={"de": "Nur in Gladbeck"}, theme=NEUTRAL.as_dict())
    assert "Nur in Gladbeck" in text_of(visit(in_gladbeck.host), "/")
    assert "Nur in Gladbeck" not in text_of(visit(dorsten.host), "/")


def test_imprint_follows_the_contact(citizen: Client, in_gladbeck: TenantInfo) -> None:
    services.update_contact(actor=SYSTEM, values={"street": "Neue Straße 5", "postcode": "45964", "town": "Gladbeck"})
    page = text_of(citizen, "/impressum/")
    assert "Neue Straße 5<br>45964 Gladbeck" in page
    assert "{{" not in page
    assert "(wird noch ergänzt)" in page


@pytest.mark.parametrize("path", PAGES[2:])
def test_no_placeholder_is_left_on_any_page(path: str, citizen: Client) -> None:
    for prefix in ("", "/en"):
        assert "{{" not in text_of(citizen, prefix + path)


def test_the_statement_names_the_enforcement_body_of_the_state(visit: Callable[[str], Client], citizen: Client) -> None:
    page = text_of(citizen, "/barrierefreiheit/")
    assert "Ombudsstelle für barrierefreie Informationstechnik" in page
    assert "/feedback/?art=barriere" in page
    assert "Schlichtungsstelle" in text_of(visit("wiesmoor.localhost"), "/barrierefreiheit/")


def test_the_statement_as_data_follows_its_schema(citizen: Client) -> None:
    answer = citizen.get("/barrierefreiheit.json")
    data: dict[str, Any] = json.loads(answer.content)
    schema = json.loads(SCHEMA.read_text())
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert set(data) == set(schema["properties"]) == set(schema["required"])
    for name in ("organisation", "feedback"):
        assert set(data[name]) == set(schema["properties"][name]["properties"])
    assert data["format"] == FORMAT
    assert data["conformance"] in schema["properties"]["conformance"]["enum"]
    assert date.fromisoformat(data["evaluated_on"]) <= date.fromisoformat(data["reviewed_on"])
    assert data["gaps"]
    assert data["gaps"][0]["de"]
    assert "Ombudsstelle" in data["enforcement"]["name"]


def test_easy_language_is_german_in_large_type_on_every_page(citizen: Client) -> None:
    page = text_of(citizen, "/leichte-sprache/")
    assert 'class="vb-leicht"' in page
    assert "<p>Willkommen in Gladbeck!</p>" in page
    english = text_of(citizen, "/en/leichte-sprache/")
    assert "<p>Willkommen in Gladbeck!</p>" in english
    assert 'lang="de' in english


def test_a_page_without_a_translation_stands_in_german_and_says_so(citizen: Client, in_gladbeck: TenantInfo) -> None:
    LegalPage.objects.filter(kind="privacy", language="en").delete()
    page = text_of(citizen, "/en/datenschutz/")
    assert '<div lang="de">' in page
    assert "Wer verantwortlich ist" in page


def test_the_look_is_a_stylesheet_whose_address_changes_with_it(citizen: Client, in_gladbeck: TenantInfo) -> None:
    def address() -> str:
        page = text_of(citizen, "/")
        return page[page.index("/thema.css?v=") :].partition('"')[0]

    before = address()
    sheet = citizen.get(before)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet["Cache-Control"]
    services.update_branding(actor=SYSTEM, claim={}, theme=NEUTRAL.as_dict())
    assert address() != before
    assert NEUTRAL.light.primary in citizen.get(address()).content.decode()
    assert "immutable" not in citizen.get(before)["Cache-Control"]


def test_robots_and_sitemap_name_the_public_pages(citizen: Client) -> None:
    robots = text_of(citizen, "/robots.txt")
    assert "Disallow: /verwaltung/" in robots
    sitemap = text_of(citizen, "/sitemap.xml")
    assert "/en/kontakt/</loc>" in sitemap
    assert "/leistungen/hund-anmelden/</loc>" in sitemap
    assert "/verwaltung/" not in sitemap


def test_a_pilot_town_asks_for_feedback(visit: Callable[[str], Client], town: Callable[[str], TenantInfo]) -> None:
    pilots = [slug for slug in ("waltrop", "datteln", "herten", "guetersloh", "hamm") if town(slug).life == "pilot"]
    assert pilots, "the demo has a pilot town"
    assert "Pilotbetrieb" in text_of(visit(town(pilots[0]).host), "/")


@pytest.mark.parametrize("path", ["/", "/kontakt/", "/thema.css", "/barrierefreiheit.json"])
def test_public_pages_can_only_be_read(path: str, citizen: Client) -> None:
    assert citizen.post(path).status_code in {403, 405}


def test_a_portal_before_onboarding_still_answers(citizen: Client, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        PortalProfile.objects.all().delete()
    assert "Ihr Rathaus im Internet" in text_of(citizen, "/")
    assert citizen.get("/thema.css").status_code == 200
