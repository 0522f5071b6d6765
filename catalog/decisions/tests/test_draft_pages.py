"""Drafts over HTTP: saved by themselves and by button, seen before they are published, handed in and approved."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from catalog.conftest import PASSWORD
from catalog.decisions.rules import set_four_eyes
from catalog.decisions.tests.conftest import Publish
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount

BASE = "/verwaltung/leistungen/"
SERVICE = f"{BASE}meldebescheinigung/"
NOTES = f"{SERVICE}feld/notes/de/"
PAGE = "/leistungen/meldebescheinigung/"
HTMX = {"HX-Request": "true"}


def carried(text: str) -> dict[str, str]:
    """Return what a form, or an answer to autosaving, carries of what its editor saw."""
    names = ("version", "entwurf", "eigene", "oben", "seen", "seite")
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) for name in names}
    return {name: unescape(one.group(1)) for name, one in found.items() if one}


def choices(text: str) -> list[str]:
    """Return the drafts that a page offers to mark."""
    return re.findall(r'name="auswahl"[^>]*value="([^"]+)"', text)


@pytest.fixture
def colleague_client(editor_client: Client, gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Client:
    """Return a browser in which an administrator of Gladbeck is signed in."""
    with in_tenant(gladbeck.ref):
        account = StaffAccount(email="anja@gladbeck.test", name="Anja Leitung", roles=["administrator"])
        account.set_password(PASSWORD)
        account.save()
    client = visit(gladbeck.host)
    client.post("/verwaltung/anmelden/", {"email": "anja@gladbeck.test", "password": PASSWORD})
    return client


@pytest.fixture
def four_eyes(gladbeck: TenantInfo) -> None:
    """Gladbeck publishes with four eyes."""
    with in_tenant(gladbeck.ref):
        set_four_eyes(actor=system_actor("tests"), is_on=True)


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_typing_is_saved_and_seen_by_staff_alone(editor_client: Client, visit: Callable[[str], Client]) -> None:
    seen = carried(read(editor_client, NOTES))
    answer = editor_client.post(f"{NOTES}sichern/", {**seen, "text": "Bitte klingeln."}, headers=HTMX)
    part = answer.content.decode()
    assert "Entwurf gespeichert um" in part
    assert "<html" not in part
    assert carried(part)["version"] == "1"
    again = editor_client.post(f"{NOTES}sichern/", {**carried(part), "text": "Bitte klopfen."}, headers=HTMX)
    assert carried(again.content.decode())["version"] == "2"
    assert "Bitte klopfen." in read(editor_client, NOTES)
    assert "Bitte klopfen." not in read(editor_client, PAGE)

    preview = editor_client.get(f"{SERVICE}entwuerfe/vorschau/")
    assert "Bitte klopfen." in preview.content.decode()
    assert "Diese Seite sieht nur Ihr Team" in preview.content.decode()
    assert "no-store" in preview["Cache-Control"]
    assert "ETag" not in preview
    assert visit(preview.wsgi_request.get_host()).get(f"{SERVICE}entwuerfe/vorschau/").status_code == 302


def test_a_text_in_leichte_sprache_is_seen_before_it_is_published(editor_client: Client) -> None:
    preview, easy = f"{SERVICE}entwuerfe/vorschau/?sprache=de-simple", f"{PAGE}leichte-sprache/"
    missing = editor_client.get(preview)
    assert missing.status_code == 404
    assert "Schreiben Sie zuerst den Titel und den Kurztext" in missing.content.decode()
    for field, text in (("title", "Melde·bescheinigung"), ("short_text", "Sie bekommen ein Papier.")):
        path = f"{SERVICE}feld/{field}/de-simple/"
        assert editor_client.post(path, {**carried(read(editor_client, path)), "text": text}).status_code == 302
    page = read(editor_client, preview)
    assert "Sie bekommen ein Papier." in page
    assert "Diese Seite sieht nur Ihr Team" in page
    assert 'href="?sprache=de-simple"' in read(editor_client, f"{SERVICE}entwuerfe/vorschau/")
    assert editor_client.get(easy).status_code == 404


def test_without_javascript_a_draft_is_saved_seen_and_published_by_buttons(editor_client: Client) -> None:
    seen = carried(read(editor_client, NOTES))
    saved = editor_client.post(NOTES, {**seen, "text": "Bitte klingeln."})
    assert saved.status_code == 302
    page = read(editor_client, saved["Location"].partition("#")[0])
    assert "Der Entwurf ist gespeichert" in page
    assert "Ein Entwurf ist noch nicht veröffentlicht" in page
    look = editor_client.post(NOTES, {**carried(read(editor_client, NOTES)), "text": "Bitte!", "danach": "ansehen"})
    assert look["Location"] == f"{SERVICE}entwuerfe/vorschau/"
    drafts = read(editor_client, f"{SERVICE}entwuerfe/")
    assert "<ins>Bitte!</ins>" in drafts
    done = editor_client.post(f"{SERVICE}entwuerfe/veroeffentlichen/", {"auswahl": choices(drafts)})
    assert done.status_code == 302
    assert "Veröffentlicht." in read(editor_client, done["Location"])
    assert "Bitte!" in read(editor_client, PAGE)
    assert "Kein Entwurf" in read(editor_client, f"{SERVICE}entwuerfe/")


def test_two_at_one_field_get_both_texts_joined(editor_client: Client, colleague_client: Client) -> None:
    editor_client.post(NOTES, {**carried(read(editor_client, NOTES)), "text": "<p>Eins zwei drei vier.</p>"})
    mine, both = carried(read(editor_client, NOTES)), carried(read(colleague_client, NOTES))
    editor_client.post(NOTES, {**mine, "text": "<p>Null eins zwei drei vier.</p>"})
    told = colleague_client.post(f"{NOTES}sichern/", {**both, "text": "<p>Eins zwei drei fünf.</p>"}, headers=HTMX)
    assert "Edda Redaktion hat dieses Feld gerade auch geändert" in told.content.decode()
    answer = colleague_client.post(NOTES, {**both, "text": "<p>Eins zwei drei fünf.</p>"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Gespeichert von Edda Redaktion" in text
    assert "Unten steht beides zusammen. Prüfen Sie es" in text
    assert "&lt;p&gt;Null eins zwei drei fünf.&lt;/p&gt;" in text
    joined = {**carried(text), "text": "<p>Null eins zwei drei fünf.</p>"}
    assert colleague_client.post(NOTES, joined).status_code == 302


def test_a_draft_on_other_ground_says_so(editor_client: Client, publish: Publish) -> None:
    publish("meldebescheinigung", "notes", "<p>Eins zwei drei vier.</p>")
    editor_client.post(NOTES, {**carried(read(editor_client, NOTES)), "text": "<p>Null eins zwei drei vier.</p>"})
    publish("meldebescheinigung", "notes", "<p>Eins zwei drei fünf.</p>")
    drafts = read(editor_client, f"{SERVICE}entwuerfe/")
    assert "Seit diesem Entwurf hat sich geändert, was gilt" in drafts
    refused = editor_client.post(f"{SERVICE}entwuerfe/veroeffentlichen/", {"auswahl": choices(drafts)})
    assert refused.status_code == 409
    page = read(editor_client, NOTES)
    assert "Oben hat sich hier seit diesem Entwurf etwas geändert" in page
    sent = {**carried(page), "text": "<p>Null eins zwei drei fünf.</p>", "danach": "publish"}
    assert editor_client.post(NOTES, sent).status_code == 302
    assert "Null eins zwei drei fünf." in read(editor_client, PAGE)


def test_four_eyes_from_the_text_to_the_page(editor_client: Client, colleague_client: Client, four_eyes: None) -> None:
    form = read(editor_client, NOTES)
    assert "Veröffentlichen</span>" not in form
    sent = {**carried(form), "text": "Bitte klingeln."}
    assert editor_client.post(NOTES, {**sent, "danach": "publish"}).status_code == 403
    sent = {**carried(read(editor_client, NOTES)), "text": "Bitte klingeln."}
    handed_in = editor_client.post(NOTES, {**sent, "danach": "submit"})
    assert handed_in.status_code == 302
    mine = read(editor_client, f"{SERVICE}entwuerfe/")
    assert "An diesen Entwürfen haben Sie geschrieben" in mine
    assert "Freigeben und veröffentlichen" not in mine
    waiting = {"auswahl": choices(mine)}
    assert editor_client.post(f"{SERVICE}entwuerfe/veroeffentlichen/", waiting).status_code == 403

    assert "Entwürfe freigeben" in read(colleague_client, "/verwaltung/")
    listed = read(colleague_client, f"{BASE}?merkmal=freigabe")
    assert "Meldebescheinigung" in listed
    assert "Hund anmelden" not in listed
    assert colleague_client.post(f"{SERVICE}entwuerfe/zurueckgeben/", waiting).status_code == 422
    back = colleague_client.post(f"{SERVICE}entwuerfe/zurueckgeben/", {**waiting, "comment": "Bei wem?"})
    assert back.status_code == 302
    form = read(editor_client, NOTES)
    assert "Bei wem?" in form
    sent = {**carried(form), "text": "Bitte bei Meier klingeln.", "danach": "submit"}
    assert editor_client.post(NOTES, sent).status_code == 302
    drafts = {"auswahl": choices(read(colleague_client, f"{SERVICE}entwuerfe/"))}
    assert colleague_client.post(f"{SERVICE}entwuerfe/veroeffentlichen/", drafts).status_code == 302
    assert "Bitte bei Meier klingeln." in read(editor_client, PAGE)
    history = read(editor_client, f"{NOTES}verlauf/")
    assert "Edda Redaktion: geschrieben (freigegeben von Anja Leitung)" in history


def test_an_earlier_text_is_handed_in_with_four_eyes(
    editor_client: Client, colleague_client: Client, gladbeck: TenantInfo
) -> None:
    for text in ("Bitte klingeln.", "Bitte klopfen."):
        editor_client.post(NOTES, {"version": "0", "text": text, "danach": "publish"})
    with in_tenant(gladbeck.ref):
        set_four_eyes(actor=system_actor("tests"), is_on=True)
    path = re.search(r'action="([^"]+/verlauf/[0-9a-f-]+/)"', read(editor_client, f"{NOTES}verlauf/"))
    assert path
    answer = editor_client.post(path.group(1), {"version": "2"})
    assert "gespeichert=eingereicht" in answer["Location"]
    assert "Bitte klopfen." in read(editor_client, PAGE)
    drafts = {"auswahl": choices(read(colleague_client, f"{SERVICE}entwuerfe/"))}
    assert colleague_client.post(f"{SERVICE}entwuerfe/veroeffentlichen/", drafts).status_code == 302
    assert "Bitte klingeln." in read(editor_client, PAGE)


def test_discarded_text_stands_in_the_history_of_its_field(editor_client: Client) -> None:
    editor_client.post(NOTES, {"version": "0", "text": "Bitte klingeln."})
    drafts = {"auswahl": choices(read(editor_client, f"{SERVICE}entwuerfe/"))}
    assert editor_client.post(f"{SERVICE}entwuerfe/verwerfen/", drafts).status_code == 302
    history = read(editor_client, f"{NOTES}verlauf/")
    assert "Verworfene Entwürfe" in history
    assert "Bitte klingeln." in history
    assert editor_client.post(f"{SERVICE}entwuerfe/verwerfen/", drafts).status_code == 409
    assert editor_client.post(f"{SERVICE}entwuerfe/verwerfen/", {}).status_code == 422
    assert editor_client.post(f"{SERVICE}entwuerfe/umwerfen/", drafts).status_code == 404


def test_administrators_switch_four_eyes_on(editor_client: Client, colleague_client: Client) -> None:
    rules = f"{BASE}regeln/"
    assert "Ändern kann es die Administration" in read(editor_client, rules)
    assert editor_client.post(rules, {"four_eyes": "1"}).status_code == 403
    answer = colleague_client.post(rules, {"four_eyes": "1"})
    assert answer.status_code == 302
    assert "gilt ab sofort" in read(colleague_client, answer["Location"])
    assert "Das Vier-Augen-Prinzip ist eingeschaltet" in read(editor_client, rules)


def test_drafts_of_a_town_are_its_own(editor_client: Client, stranger: Actor, dorsten: TenantInfo) -> None:
    editor_client.post(NOTES, {"version": "0", "text": "Bitte klingeln."})
    from catalog.decisions.models import ValueDraft  # noqa: PLC0415 -- what it leaves behind

    with in_tenant(dorsten.ref):
        assert not ValueDraft.objects.exists()
