"""What citizens see of a town's services."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.decisions.services import set_decision, set_override
from catalog.pages.selectors import list_categories, list_top_services
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

Find = Callable[[str], UUID]
Visit = Callable[[str], Client]


def words(html: bytes) -> str:
    """Return the words of a page's main part."""
    main = re.search(r"<main.*</main>", html.decode(), re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main.group(0) if main else "")
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


def test_a_service_page_says_what_holds_here(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    fee = {"kind": "fixed", "amount_cents": 4800, "unit": "pro Jahr", "sample": True}
    with in_tenant(gladbeck.ref):
        set_override(actor=system, service_id=service_id("hund-anmelden"), field="fee", language="", value=fee)
    page = words(portal.get("/leistungen/hund-anmelden/").content)
    assert "48,00 € pro Jahr" in page
    assert "Beispielangabe" in page
    assert "Was brauchen Sie?" in page
    assert "Rechtsgrundlage" in page
    assert re.search(r"Aus dem Katalog .*, angepasst von Gladbeck am \d", page)
    assert "Stadt Gladbeck" in page


def test_forms_further_reading_and_the_official_name_have_their_places(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    own = {
        "official_title": "Hundesteuer Anmeldung",
        "forms": '<p><a href="https://formulare.example/hund.pdf">Anmeldung (PDF)</a></p>',
        "further_information": "<p>Mehr im Tierschutzportal.</p>",
        "text_author": "Steueramt Gladbeck",
    }
    with in_tenant(gladbeck.ref):
        for field, value in own.items():
            set_override(actor=system, service_id=service_id("hund-anmelden"), field=field, language="de", value=value)
    answer = portal.get("/leistungen/hund-anmelden/").content
    page = words(answer)
    assert page.index("Welche Formulare gibt es?") < page.index("Gut zu wissen") < page.index("Mehr dazu")
    assert 'href="https://formulare.example/hund.pdf"' in answer.decode()
    assert "Amtliche Bezeichnung: Hundesteuer Anmeldung" in page
    assert "Verfasst von: Steueramt Gladbeck" in page
    english = words(portal.get("/en/leistungen/hund-anmelden/").content)
    assert "Which forms are there?" in english
    assert "Official name: Hundesteuer Anmeldung" in english


def test_a_new_fee_is_seen_on_the_next_page(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    for cents, shown in ((4800, "48,00 €"), (5100, "51,00 €")):
        with in_tenant(gladbeck.ref):
            fee = {"kind": "fixed", "amount_cents": cents}
            set_override(actor=system, service_id=service_id("hund-anmelden"), field="fee", language="", value=fee)
        assert shown in words(portal.get("/leistungen/hund-anmelden/").content)


def test_towns_differ(visit: Visit, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    pages = [visit(town.host).get("/leistungen/hund-anmelden/").content for town in (gladbeck, dorsten)]
    assert words(pages[0]) != words(pages[1])
    assert "Stadt Dorsten" in words(pages[1])


def test_a_linked_service_names_the_authority(portal: Client) -> None:
    answer = portal.get("/leistungen/kindergeld-beantragen/")
    assert "Diese Leistung erbringt: Familienkasse der Bundesagentur für Arbeit" in words(answer.content)
    assert 'href="https://www.arbeitsagentur.de/familie-und-kinder"' in answer.content.decode()


def test_what_is_not_offered_says_why_and_where_to_go(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    with in_tenant(gladbeck.ref):
        set_decision(
            actor=system,
            service_id=service_id("osterfeuer-anzeigen"),
            decision="not_offered",
            reason="Osterfeuer sind hier verboten.",
            alternative="Besuchen Sie das Feuer in Bottrop.",
        )
    page = words(portal.get("/leistungen/osterfeuer-anzeigen/").content)
    assert "Osterfeuer sind hier verboten." in page
    assert "Besuchen Sie das Feuer in Bottrop." in page
    assert "Osterfeuer anzeigen" not in words(portal.get("/leistungen/").content)


def test_in_a_district_the_towns_do_what_is_theirs(visit: Visit, town: Callable[[str], TenantInfo]) -> None:
    answer = visit(town("kreis-recklinghausen").host).get("/leistungen/hund-anmelden/")
    assert "Wählen Sie sie aus" in words(answer.content)
    assert f"//{town('gladbeck').host}" in answer.content.decode()


def test_lists_lead_to_pages(portal: Client) -> None:
    listing = portal.get("/leistungen/").content.decode()
    for slug in re.findall(r'href="(/leistungen/[a-z-]+/)"', listing):
        assert portal.get(slug).status_code == 200
    topics = portal.get("/themen/").content.decode()
    codes = re.findall(r'href="(/themen/[a-z_]+/)"', topics)
    assert codes
    for path in codes:
        assert portal.get(path).status_code == 200


def test_search_page_has_answers_and_ways_on(portal: Client) -> None:
    assert "Hund anmelden" in words(portal.get("/suche/?q=Hundesteuer").content)
    assert "Nichts gefunden für „xyzxyz“" in words(portal.get("/suche/?q=xyzxyz").content)
    assert "Wonach suchen Sie?" in words(portal.get("/suche/").content)
    assert "hund-anmelden" in portal.get("/suche/vorschlaege/?q=hun").content.decode()
    assert "<script>" not in portal.get("/suche/?q=<script>alert(1)</script>").content.decode()


def test_english_pages_say_what_is_german(portal: Client) -> None:
    answer = portal.get("/en/leistungen/hund-anmelden/").content.decode()
    assert "Registering a dog" in answer
    assert 'class="vb-prose" lang="de"' in answer


@pytest.mark.parametrize("path", ["/leistungen/gibt-es-nicht/", "/themen/gibt_es_nicht/"])
def test_unknown_pages_are_not_found(portal: Client, path: str) -> None:
    assert portal.get(path).status_code == 404


def test_query_budget_of_a_service_page(portal: Client) -> None:
    portal.get("/leistungen/hund-anmelden/")  # the directory of sites is loaded now
    with CaptureQueriesContext(connection) as queries:
        portal.get("/en/leistungen/hund-anmelden/")
    # service with its layers; decision with its deviations; topics; their labels; the portal's own look; one to spare
    assert len(queries) <= 6, [query["sql"][:100] for query in queries]


def test_the_home_page_gets_topics_and_services(in_gladbeck: TenantInfo) -> None:
    assert all(topic.count for topic in list_categories("de"))
    top = list_top_services("de", limit=4)
    assert len(top) == 4
    assert not any(link.is_linked for link in top)
