"""The editor of own services and contributions, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.services import set_override
from catalog.local.offers import list_offered_texts
from catalog.local.selectors import list_local_records
from catalog.local.tests.conftest import SLUG, TITLE, Make
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
BASE = "/verwaltung/leistungen/eigene/"


def version(page: bytes) -> str:
    """Return the version that a form carries."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.decode())
    assert found
    return found.group(1)


@pytest.fixture
def service_path(make_local: Make) -> str:
    """The page of a published service of Gladbeck's own."""
    return f"{BASE}{make_local()}/"


def test_from_a_title_to_the_citizens_page(editor_client: Client, gladbeck: TenantInfo) -> None:
    assert "Lastenrad der Stadt ausleihen" in editor_client.get(BASE).content.decode()
    assert editor_client.post(f"{BASE}neu/", {"title": ""}).status_code == 422
    answer = editor_client.post(f"{BASE}neu/", {"title": TITLE, "category_codes": ["engagement_hobby"]})
    assert answer.status_code == 302
    page = editor_client.get(answer["Location"]).content.decode()
    assert "Der Entwurf ist angelegt" in page
    path = answer["Location"].partition("?")[0]
    refused = editor_client.post(f"{path}veroeffentlichen/")
    assert refused.status_code == 422
    assert "Vor dem Veröffentlichen fehlt noch: Kurz gesagt, Beschreibung." in refused.content.decode()
    for field, text in (("teaser", "Ein Platz beim Fest."), ("full_text", "Im September.")):
        form = editor_client.get(f"{path}feld/{field}/de/")
        sent = {"version": version(form.content), "text": text}
        assert editor_client.post(f"{path}feld/{field}/de/", sent).status_code == 302
    assert "Im September." in editor_client.get(f"{path}vorschau/").content.decode()
    assert editor_client.get(f"/leistungen/{SLUG}/").status_code == 404
    assert editor_client.post(f"{path}veroeffentlichen/").status_code == 302
    public = editor_client.get(f"/leistungen/{SLUG}/").content.decode()
    assert "Im September." in public
    assert TITLE in editor_client.get("/leistungen/").content.decode()
    assert TITLE in editor_client.get("/themen/engagement_hobby/").content.decode()
    assert f"/leistungen/{SLUG}/" in editor_client.get("/sitemap.xml").content.decode()


def test_leichte_sprache_has_a_preview(editor_client: Client, service_path: str) -> None:
    preview = f"{service_path}vorschau/?sprache=de-simple"
    assert editor_client.get(preview).status_code == 404
    for field, text in (("title", "Ein Stand beim Fest"), ("short_text", "Sie verkaufen etwas.")):
        path = f"{service_path}feld/{field}/de-simple/"
        sent = {"version": version(editor_client.get(path).content), "text": text}
        assert editor_client.post(path, sent).status_code == 302
    assert "Sie verkaufen etwas." in editor_client.get(preview).content.decode()


def test_the_citizens_page_says_that_it_is_the_towns_own(editor_client: Client, service_path: str) -> None:
    page = editor_client.get(f"/leistungen/{SLUG}/").content.decode()
    assert "Eigenes Angebot: Stadt Gladbeck" in page
    assert "Diese Leistung in Ihrer Kommune" not in page
    assert '"@type": "GovernmentService"' in page


def test_a_short_address_leads_to_it_and_it_can_be_remembered(
    editor_client: Client, service_path: str, dorsten: TenantInfo, visit: Callable[[str], Client]
) -> None:
    page = editor_client.get(f"/leistungen/{SLUG}/").content.decode()
    path = re.findall(r'href="http://gladbeck\.localhost(/l/[a-z0-9]{6})"', page)[0]
    answer = editor_client.get(path.upper().replace("/L/", "/l/"))
    assert (answer.status_code, answer["Location"]) == (301, f"/leistungen/{SLUG}/")
    assert f"/konto/merken/{SLUG}/" in page
    for host in (dorsten.host, "emscher-lippe.localhost"):
        assert visit(host).get(path).status_code == 404


def test_an_address_moved_aside_leads_to_the_one_that_counts(editor_client: Client, service_path: str) -> None:
    answer = editor_client.get(f"/leistungen/{SLUG}-gladbeck/")
    assert (answer.status_code, answer["Location"]) == (301, f"/leistungen/{SLUG}/")


def test_the_editor_of_shared_services_leads_to_the_own_one(editor_client: Client, service_path: str) -> None:
    answer = editor_client.get(f"/verwaltung/leistungen/{SLUG}/")
    assert (answer.status_code, answer["Location"]) == (302, service_path)


def test_a_shared_service_is_the_start(editor_client: Client, in_gladbeck: TenantInfo) -> None:
    found = editor_client.get(f"{BASE}neu/", {"suche": "Hund"}).content.decode()
    assert "?vorlage=hund-anmelden" in found
    form = editor_client.get(f"{BASE}neu/", {"vorlage": "hund-anmelden"}).content.decode()
    assert 'value="Hund anmelden"' in form
    sent = {"title": "Katze anmelden", "category_codes": ["umwelt"]}
    assert editor_client.post(f"{BASE}neu/?vorlage=hund-anmelden", sent).status_code == 302
    assert "Katze anmelden" in [one.title for one in list_local_records()]


def test_facts_and_their_refusals(editor_client: Client, service_path: str) -> None:
    seen = version(editor_client.get(f"{service_path}eckdaten/").content)
    sent = {"version": seen, "category_codes": ["umwelt"], "slug": SLUG, "prominence": "7"}
    wrong = editor_client.post(
        f"{service_path}eckdaten/", {**sent, "valid_from": "2027-02-01", "valid_to": "2027-01-01"}
    )
    assert wrong.status_code == 422
    assert "Das Ende liegt vor dem Beginn" in wrong.content.decode()
    assert editor_client.post(f"{service_path}eckdaten/", sent).status_code == 302
    stale = editor_client.post(f"{service_path}eckdaten/", {**sent, "prominence": "3"})
    assert stale.status_code == 409
    again = {**sent, "prominence": "3", "version": version(stale.content)}
    assert editor_client.post(f"{service_path}eckdaten/", again).status_code == 302


def test_a_stale_text_shows_both_and_can_be_sent_again(editor_client: Client, service_path: str) -> None:
    path = f"{service_path}feld/notes/de/"
    seen = version(editor_client.get(path).content)
    editor_client.post(path, {"version": seen, "text": "Erste Fassung"})
    answer = editor_client.post(path, {"version": seen, "text": "Zweite Fassung"})
    assert answer.status_code == 409
    assert "Erste Fassung" in answer.content.decode()
    again = editor_client.post(path, {"version": version(answer.content), "text": "Zweite Fassung"})
    assert again.status_code == 302
    published = {"version": "2", "text": "Zweite Fassung!", "danach": "publish"}
    assert editor_client.post(path, published).status_code == 302
    assert editor_client.post(f"{path}leeren/", {"version": "1"}).status_code == 302
    assert "Zweite Fassung" not in editor_client.get(service_path).content.decode()


def test_an_earlier_text_comes_back(editor_client: Client, service_path: str) -> None:
    path = f"{service_path}feld/notes/de/"
    for text in ("Bitte klingeln.", "Bitte klopfen."):
        assert editor_client.post(path, {"version": "0", "text": text, "danach": "publish"}).status_code == 302
    history = editor_client.get(f"{path}verlauf/").content.decode()
    assert "<del>klingeln</del>" in history
    action = re.search(rf'action="({path}verlauf/[0-9a-f-]+/)"', history)
    assert action
    assert editor_client.post(action.group(1), {"version": "1"}).status_code == 409
    assert editor_client.post(action.group(1), {"version": "2"}).status_code == 302
    assert "Bitte klingeln." in editor_client.get(f"/leistungen/{SLUG}/").content.decode()


def test_fees_have_rows_and_a_preview(editor_client: Client, service_path: str) -> None:
    path = f"{service_path}feld/fee/alle/"
    sent = {"version": "0", "row_count": "3", "kind": "fixed", "amount": "12"}
    part = editor_client.post(path, {**sent, "preview": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "12,00\xa0€" in part
    assert "<html" not in part
    assert editor_client.post(path, {**sent, "kind": "table"}).status_code == 422
    assert editor_client.post(path, {**sent, "danach": "publish"}).status_code == 302
    assert "12,00\xa0€" in editor_client.get(f"/leistungen/{SLUG}/").content.decode()


@pytest.mark.parametrize("path", ["feld/colour/de/", "feld/fee/de/", "feld/title/fr/"])
def test_unknown_fields_are_not_found(editor_client: Client, service_path: str, path: str) -> None:
    assert editor_client.get(service_path + path).status_code == 404


def test_off_the_page_and_back(editor_client: Client, service_path: str) -> None:
    assert editor_client.post(f"{service_path}archivieren/").status_code == 302
    assert editor_client.get(f"/leistungen/{SLUG}/").status_code == 404
    assert "Wieder veröffentlichen" in editor_client.get(service_path).content.decode()
    assert editor_client.post(f"{service_path}loeschen/").status_code == 409
    assert editor_client.post(f"{service_path}veroeffentlichen/").status_code == 302
    assert editor_client.get(f"/leistungen/{SLUG}/").status_code == 200


def test_drafts_are_deleted_after_a_question(editor_client: Client, make_local: Make) -> None:
    path = f"{BASE}{make_local(is_published=False)}/"
    assert "Entwurf löschen?" in editor_client.get(f"{path}loeschen/").content.decode()
    assert editor_client.post(f"{path}loeschen/").status_code == 302
    assert editor_client.get(path).status_code == 404


def test_an_editor_of_another_town_finds_nothing(
    editor_client: Client, dorsten: TenantInfo, visit: Callable[[str], Client], service_path: str
) -> None:
    other = visit(dorsten.host)
    other.cookies = editor_client.cookies
    assert other.get(service_path).status_code == 302
    assert other.get(f"/leistungen/{SLUG}/").status_code == 404


def test_an_own_text_is_offered_and_withdrawn(
    editor_client: Client, in_gladbeck: TenantInfo, editor: Actor, service_id: Callable[[str], UUID]
) -> None:
    set_override(
        actor=editor, service_id=service_id("meldebescheinigung"), field="notes", language="de", value="Bitte klingeln."
    )
    path = f"{BASE}beitraege/anbieten/meldebescheinigung/notes/de/"
    service_page = editor_client.get("/verwaltung/leistungen/meldebescheinigung/").content.decode()
    assert path in service_page
    form = editor_client.get(path).content.decode()
    assert "Bitte klingeln." in form
    assert "Kreis Recklinghausen" in form
    assert editor_client.post(path, {"target": "state:05"}).status_code == 422
    answer = editor_client.post(path, {"target": "region:emscher-lippe", "note": "Für alle"})
    assert answer.status_code == 302
    page = editor_client.get(answer["Location"]).content.decode()
    assert "wartet auf die Redaktion" in page
    assert editor_client.post(path, {"target": "region:emscher-lippe"}).status_code == 409
    with in_tenant(in_gladbeck.ref):
        offer = list_offered_texts()[0]
    assert editor_client.post(f"{BASE}beitraege/{offer.id}/zurueckziehen/").status_code == 302
    assert "zurückgezogen" in editor_client.get(f"{BASE}beitraege/").content.decode()
    assert editor_client.get(f"{BASE}beitraege/anbieten/meldebescheinigung/teaser/de/").status_code == 404


def test_an_own_service_is_offered(editor_client: Client, service_path: str) -> None:
    assert "Bieten Sie sie dem Kreis oder der Region an" in editor_client.get(service_path).content.decode()
    answer = editor_client.post(f"{service_path}anbieten/", {"target": "district:05562"})
    assert answer.status_code == 302
    assert (
        "Sie haben diese Leistung dem gemeinsamen Katalog angeboten" in editor_client.get(service_path).content.decode()
    )
