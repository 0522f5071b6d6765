"""Offices and people on the portal and in the workspace, at the HTTP boundary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared_services.directory.selectors import list_units
from shared_services.directory.values import UnitInfo
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

Visit = Callable[[str], Client]


def text_of(client: Client, path: str) -> str:
    """Return a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def tax_office(gladbeck: TenantInfo) -> UnitInfo:
    """Return the office of the demo that does the dog tax."""
    with in_tenant(gladbeck.ref):
        return next(unit for unit in list_units() if unit.slug == "steueramt")


def test_offices_are_listed_with_the_way_to_them(citizen: Client) -> None:
    page = text_of(citizen, "/stellen/")
    assert "Beispielplatz 2" in page
    assert page.index("Amt für Bürgerdienste") < page.index('href="/stellen/buergerbuero/"')


def test_an_office_says_where_when_who_and_for_what(citizen: Client) -> None:
    page = text_of(citizen, "/stellen/steueramt/")
    for shown in ("Beispielplatz 2 (Beispiel)", "8:30 bis 12:00", "Buchstaben A bis K", "Hund anmelden", "Rampe"):
        assert shown in page
    assert "Dog tax" in text_of(citizen, "/en/stellen/steueramt/")


def test_an_office_is_described_for_machines(citizen: Client) -> None:
    page = text_of(citizen, "/stellen/steueramt/")
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    required = {"@context", "@type", "name", "url", "parentOrganization", "address", "openingHoursSpecification"}
    assert required <= set(data) <= required | {"telephone", "email", "description"}
    assert data["@type"] == "GovernmentOffice"
    assert data["url"] == "http://gladbeck.localhost/stellen/steueramt/"
    assert set(data["address"]) == {"@type", "streetAddress", "postalCode", "addressLocality", "addressCountry"}
    for hours in data["openingHoursSpecification"]:
        assert set(hours) == {"@type", "dayOfWeek", "opens", "closes"}
        assert re.fullmatch(r"https://schema\.org/(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", hours["dayOfWeek"])
        assert re.fullmatch(r"\d\d:\d\d", hours["opens"])


def test_a_person_is_shown_and_kept_out_of_search_engines(citizen: Client, tax_office: UnitInfo) -> None:
    page = text_of(citizen, f"/ansprechpersonen/{tax_office.people[0].id}/")
    assert "Hundesteuer" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "ansprechpersonen" not in text_of(citizen, "/sitemap.xml")


def test_a_services_page_shows_the_office_and_whom_to_ask(citizen: Client) -> None:
    page = text_of(citizen, "/leistungen/hund-anmelden/")
    for shown in ("Beispielplatz 2 (Beispiel)", "Ute Beispiel", 'href="/stellen/steueramt/"'):
        assert shown in page
    # The office is known by the name of the responsible unit; people only where they are there for the service.
    page = text_of(citizen, "/leistungen/meldebescheinigung/")
    assert 'href="/stellen/buergerbuero/"' in page
    assert "Jens Muster" not in page


def test_a_town_without_offices_shows_what_it_has(visit: Visit, dorsten: TenantInfo) -> None:
    client = visit(dorsten.host)
    assert "Noch keine Stellen" in text_of(client, "/stellen/")
    assert "Wer ist zuständig?" in text_of(client, "/leistungen/hund-anmelden/")
    assert client.get("/stellen/steueramt/").status_code == 404


def test_search_finds_offices_and_people_of_this_town_only(citizen: Client, visit: Visit, dorsten: TenantInfo) -> None:
    assert 'href="/stellen/standesamt/"' in text_of(citizen, "/suche/?q=Standesamt")
    assert "Ute Beispiel" in text_of(citizen, "/suche/?q=Ute+Beispiel")
    assert "/ansprechpersonen/" not in text_of(visit(dorsten.host), "/suche/?q=Ute+Beispiel")


def test_the_offices_cost_a_services_page_one_query(citizen: Client) -> None:
    citizen.get("/leistungen/hund-anmelden/")
    with CaptureQueriesContext(connection) as queries:
        citizen.get("/en/leistungen/hund-anmelden/")
    assert sum("directory_" in query["sql"].split("WHERE")[0] for query in queries) == 1


def test_an_office_is_entered_in_the_workspace(desk: Client, citizen: Client) -> None:
    assert "Stelle eintragen" in text_of(desk, "/verwaltung/stellen/")
    sent = {"name": "Fundbüro", "day_1_opens_1": "08:00", "day_1_closes_1": "12:00", "description_de": "Verlorenes"}
    assert desk.post("/verwaltung/stellen/neu/", {**sent, "name": ""}).status_code == 422
    assert desk.post("/verwaltung/stellen/neu/", sent).status_code == 302
    page = text_of(citizen, "/stellen/fundbuero/")
    assert "Verlorenes" in page
    assert "8:00 bis 12:00 Uhr" in page


def test_an_office_is_changed_without_losing_anything(desk: Client, citizen: Client, tax_office: UnitInfo) -> None:
    path = f"/verwaltung/stellen/{tax_office.id}/"
    form = text_of(desk, path)
    sent = {
        name: value.replace("&#39;", "'")
        for name, value in re.findall(
            r'<input class="kern-form-input__input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form
        )
    }
    seen = re.findall(r'name="seen"[^>]*value="(\w+)"', form)[0]
    answer = desk.post(path, {**sent, "seen": seen, "street": "Neue Straße 7"})
    assert answer.status_code == 302
    page = text_of(citizen, "/stellen/steueramt/")
    assert "Neue Straße 7" in page
    assert "8:30 bis 12:00" in page
    stale = desk.post(path, {**sent, "seen": seen, "street": "Alte Straße 1"})
    assert stale.status_code == 409
    assert "Unterschiede" in stale.content.decode()


def test_a_person_is_entered_for_services_and_removed(desk: Client, citizen: Client, tax_office: UnitInfo) -> None:
    new = f"/verwaltung/stellen/{tax_office.id}/personen/neu/"
    form = text_of(desk, new)
    service = re.findall(r'name="services"[^>]*value="([^"]+)"[^>]*>\s*<label[^>]*>Grundsteuer', form)[0]
    sent = {"name": "Gerda Grund", "unit": str(tax_office.id), "role": "Grundsteuer", "services": [service]}
    assert desk.post(new, sent).status_code == 302
    assert "Gerda Grund" in text_of(citizen, "/leistungen/grundsteuer/")
    found = re.findall(
        r'href="(/verwaltung/stellen/personen/[^"]+/)"[^>]*><span>Gerda Grund', text_of(desk, "/verwaltung/stellen/")
    )
    assert "Gerda Grund" in text_of(desk, found[0])
    assert desk.post(f"{found[0]}loeschen/").status_code == 302
    assert "Gerda Grund" not in text_of(citizen, "/leistungen/grundsteuer/")


def test_an_office_is_removed_after_a_question(desk: Client, citizen: Client, tax_office: UnitInfo) -> None:
    path = f"/verwaltung/stellen/{tax_office.id}/loeschen/"
    assert "2 Ansprechpersonen" in text_of(desk, path)
    assert citizen.get("/stellen/steueramt/").status_code == 200
    assert desk.post(path).status_code == 302
    assert citizen.get("/stellen/steueramt/").status_code == 404
