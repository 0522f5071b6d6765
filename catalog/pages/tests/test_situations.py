"""Situations in life and authorities: what a town shows of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.services import set_decision
from catalog.pages.tests.test_pages import words
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

UMBRELLA = "emscher-lippe.localhost"
Visit = Callable[[str], Client]


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


def test_a_situation_goes_step_by_step_with_who_does_it(portal: Client) -> None:
    page = words(portal.get("/lebenslagen/umzug/").content)
    assert page.index("Halteverbot" if "Halteverbot" in page else "Haltverbot") < page.index("Wohnsitz anmelden")
    assert "In den ersten zwei Wochen nach dem Einzug." in page
    assert "Zuständig: Bürgerbüro, Stadt Gladbeck" in page
    assert "Zuständig: ARD ZDF Deutschlandradio Beitragsservice" in page
    assert "Wohnungsgeberbestätigung" in page


def test_what_a_town_does_not_offer_is_no_step(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Callable[[str], UUID]
) -> None:
    with in_tenant(gladbeck.ref):
        set_decision(
            actor=system,
            service_id=service_id("hund-anmelden"),
            decision="not_offered",
            reason="Hier zahlt niemand Hundesteuer.",
            alternative="Sie brauchen nichts zu tun.",
        )
    assert "/leistungen/hund-anmelden/" not in portal.get("/lebenslagen/umzug/").content.decode()


def test_situations_are_on_home_pages_and_found(portal: Client, visit: Visit) -> None:
    for client in (portal, visit(UMBRELLA)):
        assert "/lebenslagen/umzug/" in client.get("/").content.decode()
        listing = client.get("/lebenslagen/").content.decode()
        assert listing.count('href="/lebenslagen/') >= 12
        assert "/lebenslagen/geburt/" in client.get("/suche/?q=Schwanger").content.decode()
        assert client.get("/lebenslagen/gibt-es-nicht/").status_code == 404


def test_on_the_umbrella_the_steps_are_shown_and_the_town_is_asked_for(visit: Visit) -> None:
    region = visit(UMBRELLA)
    page = region.get("/lebenslagen/umzug/").content.decode()
    assert "In welcher Kommune?" in page
    assert "kommune=gladbeck&amp;weiter=%2Flebenslagen%2Fumzug%2F" in page
    assert 'href="/leistungen/wohnsitz-anmelden/"' in page
    region.cookies["verbund_kommune"] = "gladbeck"
    assert 'href="http://gladbeck.localhost/lebenslagen/umzug/"' in region.get("/lebenslagen/umzug/").content.decode()


def test_situations_are_in_english_too(portal: Client) -> None:
    page = words(portal.get("/en/lebenslagen/umzug/").content)
    assert "Within two weeks after moving in." in page
    assert "Moving house" in page


def test_an_authority_lists_what_it_does_here(portal: Client) -> None:
    own = words(portal.get("/behoerden/steueramt/").content)
    assert "Hund anmelden" in own
    assert "Stadt Gladbeck" in own
    federal = portal.get("/behoerden/bundesagentur-fuer-arbeit/")
    assert "Arbeitslosengeld" in words(federal.content)
    assert 'href="https://www.arbeitsagentur.de' in federal.content.decode()


def test_authorities_are_listed_by_level_and_linked_from_their_services(portal: Client) -> None:
    page = words(portal.get("/behoerden/").content)
    assert page.index("Steueramt") < page.index("Straßenverkehrsamt Kreis Recklinghausen")
    assert page.index("Kreis und Landkreis") < page.index("Bund und bundesweite Stellen")
    assert 'href="/behoerden/steueramt/"' in portal.get("/leistungen/hund-anmelden/").content.decode()
    assert portal.get("/behoerden/gibt-es-nicht/").status_code == 404
