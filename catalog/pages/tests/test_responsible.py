"""Who is responsible, by which online service, and that nobody may be: on the page, for machines, and in lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

import pytest
from django.test import Client

from catalog.conftest import Answer
from catalog.decisions.services import set_override
from catalog.pages.tests.test_linkeddata import linked
from catalog.pages.tests.test_pages import words
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

DOG: Final = "hund-anmelden"
PAGE: Final = f"/leistungen/{DOG}/"
ONLINE: Final = {
    "url": "https://land.example/hund",
    "label": "Beim Land beantragen",
    "trust_level": "basis",
    "payment": "later",
}
Visit = Callable[[str], Client]
Find = Callable[[str], UUID]


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


def action_of(client: Client, path: str = PAGE) -> str:
    """Return the first action of a page: the panel of the online service."""
    found = re.search(r"<section[^>]*data-online-service.*?</section>", client.get(path).content.decode(), re.DOTALL)
    return found.group(0) if found else ""


def decide(client: Client, path: str, **facts: str) -> None:
    """Decide as somebody who has just opened the page."""
    page = client.get(path).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    answer = client.post(f"{path}entscheidung/", {**facts, "version": version.group(1)})
    assert answer.status_code == 302


def test_the_responsible_online_service_is_the_first_action_in_its_area(
    portal: Client, visit: Visit, town: Callable[[str], TenantInfo], make_responsible: Answer
) -> None:
    make_responsible(DOG, area="05562", role="online", online_service=ONLINE)
    panel = action_of(portal)
    assert 'href="https://land.example/hund"' in panel
    assert "Beim Land beantragen" in panel
    assert "Sie zahlen nach dem Bescheid" in panel
    assert linked(portal, PAGE)[0]["availableChannel"][0]["serviceUrl"] == "https://land.example/hund"
    assert action_of(visit(town("bottrop").host)) == ""


def test_the_towns_own_online_service_goes_first(
    portal: Client, gladbeck: TenantInfo, editor: Actor, service_id: Find, make_responsible: Answer
) -> None:
    make_responsible(DOG, area="05562", role="online", online_service=ONLINE)
    with in_tenant(gladbeck.ref):
        own = {"url": "/antrag/hund/", "label": "Bei uns anmelden"}
        set_override(actor=editor, service_id=service_id(DOG), field="online_service", language="", value=own)
    panel = action_of(portal)
    assert 'href="/antrag/hund/"' in panel
    assert 'rel="noopener"' not in panel
    channel = linked(portal, PAGE)[0]["availableChannel"][0]
    assert channel["serviceUrl"] == "http://gladbeck.localhost/antrag/hund/"


def test_how_one_pays_stands_at_the_first_action(
    portal: Client, gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    own = {**ONLINE, "payment_note": "Mit Karte oder PayPal.", "payment_note_en": "By card or PayPal."}
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=service_id(DOG), field="online_service", language="", value=own)
    assert "Mit Karte oder PayPal." in action_of(portal)
    assert "By card or PayPal." in action_of(portal, f"/en{PAGE}")


def test_an_area_without_the_online_service_has_none(portal: Client, make_responsible: Answer) -> None:
    make_responsible(DOG, role="online", online_service=ONLINE)
    assert action_of(portal)
    make_responsible(DOG, area="05562", role="online", is_nobody=True)
    assert action_of(portal) == ""


def test_nobody_is_said_in_plain_words_with_where_to_go(portal: Client, make_responsible: Answer) -> None:
    make_responsible(DOG, area="05562", is_nobody=True, authority="Tierheim", url="https://tierheim.example/")
    page = portal.get(PAGE)
    text = words(page.content)
    assert "In Gladbeck ist dafür niemand zuständig" in text
    assert "Sie können hier also keinen Antrag stellen" in text
    assert "Stattdessen hilft Ihnen: Tierheim" in text
    assert 'href="https://tierheim.example/"' in page.content.decode()
    assert "Wer ist zuständig?" not in text
    assert linked(portal, PAGE) == []
    assert "Nobody is responsible for this in Gladbeck" in words(portal.get(f"/en{PAGE}").content)


def test_nobody_names_no_authority_in_lists(portal: Client, make_responsible: Answer) -> None:
    make_responsible("fuehrerschein-beantragen", area="05562", is_nobody=True, authority="Tierheim")
    listing, hits = (words(portal.get(path).content) for path in ("/leistungen/", "/suche/?q=Führerschein+beantragen"))
    assert "Zuständig: niemand" in listing
    assert "Zuständig: Tierheim" not in listing + hits
    found = words(portal.get("/leistungen/fuehrerschein-beantragen/").content)
    assert "niemand zuständig" in found
    assert "Diese Leistung erbringt" not in found


def test_leichte_sprache_says_it_too(portal: Client, make_responsible: Answer) -> None:
    make_responsible(DOG, area="05562", is_nobody=True, authority="Tierheim")
    text = words(portal.get(f"{PAGE}leichte-sprache/").content)
    assert "In Gladbeck macht das niemand." in text
    assert "Fragen Sie hier: Tierheim" in text


def test_staff_are_warned_before_and_after_they_take_it(editor_client: Client, make_responsible: Answer) -> None:
    path = f"/verwaltung/leistungen/{DOG}/"
    assert "Hier ist niemand zuständig" not in editor_client.get(path).content.decode()
    make_responsible(DOG, area="05562", is_nobody=True)
    assert "Sie führen diese Leistung aus. Trotzdem" in words(editor_client.get(path).content)
    decide(editor_client, path, decision="not_offered", reason="Gibt es hier nicht.")
    assert "Wenn Sie diese Leistung übernehmen" in words(editor_client.get(path).content)
    decide(editor_client, path, decision="adopt")
    assert "Sie führen diese Leistung aus. Trotzdem" in words(editor_client.get(path).content)


def test_the_demo_has_an_example_of_each(visit: Visit, town: Callable[[str], TenantInfo]) -> None:
    assert "freiwilligenserver.de" in action_of(visit(town("wiesmoor").host), "/leistungen/ehrenamtskarte/")
    theatre = words(visit(town("waltrop").host).get("/leistungen/theaterkarten-kaufen/").content)
    assert "niemand zuständig" in theatre
    assert "Ruhrfestspiele" in theatre


def test_a_decision_on_many_services_warns_in_its_preview(
    editor_client: Client, gladbeck: TenantInfo, service_id: Find, make_responsible: Answer
) -> None:
    make_responsible("wahlhelfer-werden", area="05562", is_nobody=True)
    marked = [service_id(slug).hex + ".0" for slug in ("wahlhelfer-werden", "fundsache-abgeben")]
    sent = {"action": "override", "selection": " ".join(marked)}
    page = words(editor_client.post("/verwaltung/leistungen/sammeln/vorschau/", sent).content)
    assert page.count("Im Katalog steht, dass hier niemand zuständig ist.") == 1
