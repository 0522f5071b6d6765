"""Pages of reviews: the list, the three texts side by side, each answer, and what is shown when others were faster."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.answers import Place, Seen, keep_own
from catalog.decisions.pinning import get_pinning
from catalog.decisions.reviews import get_review, list_reviews_of
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.decisions.tests.conftest import Publish
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
LIST = "/verwaltung/leistungen/pruefungen/"
PAGE = f"/verwaltung/leistungen/{SLUG}/pruefung/notes/de/"
BASE = "<p>Fragen Sie vorher. Das kostet 9 Euro.</p>"
OURS = "<p>Fragen Sie vorher im Rathaus. Das kostet 9 Euro.</p>"
THEIRS = "<p>Fragen Sie vorher. Das kostet 12 Euro.</p>"
Find = Callable[[str], UUID]


@pytest.fixture
def place(gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish) -> Place:
    """Gladbeck's note, and a change of it above."""
    found = Place(service_id(SLUG), "notes", "de")
    publish(SLUG, "notes", BASE)
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=found.service_id, field="notes", language="de", value=OURS)
    publish(SLUG, "notes", THEIRS, note="Der Rat hat die Gebühr geändert.")
    return found


def seen(client: Client) -> dict[str, Any]:
    """Return the hidden inputs of the page of a review."""
    text = client.get(PAGE).content.decode()
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', text)[0] for name in ("eigene", "oben")}


def shown(gladbeck: TenantInfo) -> object:
    with in_tenant(gladbeck.ref):
        return get_town_service(SLUG).text("notes", "de")


def test_the_three_texts_stand_side_by_side(editor_client: Client, place: Place) -> None:
    text = editor_client.get(PAGE).content.decode()
    assert "Von oben, als Sie schrieben" in text
    assert "<ins>im Rathaus</ins>" in text
    assert "<del>9</del> <ins>12</ins>" in text
    assert "Der Rat hat die Gebühr geändert." in text
    assert "Fragen Sie vorher im Rathaus. Das kostet 12 Euro." in text


def test_the_list_the_service_and_the_first_page_lead_there(editor_client: Client, place: Place) -> None:
    assert PAGE in editor_client.get(LIST).content.decode()
    assert PAGE in editor_client.get(f"/verwaltung/leistungen/{SLUG}/").content.decode()
    assert LIST in editor_client.get("/verwaltung/").content.decode()
    assert SLUG in editor_client.get("/verwaltung/leistungen/?merkmal=pruefung").content.decode()


def test_the_list_is_filtered(editor_client: Client, place: Place) -> None:
    assert PAGE in editor_client.get(f"{LIST}?q=Melde&art=geaendert&ebene=federation").content.decode()
    for query in ("q=qqqq", "art=gesperrt", "art=ueberfaellig", "ebene=district"):
        assert PAGE not in editor_client.get(f"{LIST}?{query}").content.decode()
    assert PAGE in editor_client.get(f"{LIST}?art=xx&ebene=xx&sortierung=xx&seite=99").content.decode()


@pytest.mark.parametrize(("answer", "text"), [("take", THEIRS), ("keep", OURS)])
def test_taking_and_keeping(editor_client: Client, place: Place, gladbeck: TenantInfo, answer: str, text: str) -> None:
    done = editor_client.post(PAGE, {**seen(editor_client), "antwort": answer})
    assert done.status_code == 302
    assert shown(gladbeck) == text
    assert editor_client.get(PAGE).status_code == 404


def test_merging(editor_client: Client, place: Place, gladbeck: TenantInfo) -> None:
    data = {**seen(editor_client), "antwort": "merge", "version": "0", "text": OURS.replace("9", "12")}
    assert editor_client.post(PAGE, data).status_code == 302
    assert shown(gladbeck) == OURS.replace("9", "12")


def test_an_open_conflict_is_said_and_nothing_is_lost(
    editor_client: Client, place: Place, gladbeck: TenantInfo
) -> None:
    data = {**seen(editor_client), "antwort": "merge", "version": "0", "text": "<p>Das kostet ⟦ 9 ‖ 12 ⟧ Euro.</p>"}
    refused = editor_client.post(PAGE, data)
    assert refused.status_code == 422
    assert "⟦ 9 ‖ 12 ⟧" in refused.content.decode()
    assert "Entscheiden Sie sich für eine" in refused.content.decode()
    assert shown(gladbeck) == OURS


def test_who_comes_second_sees_what_holds_now(
    editor_client: Client, place: Place, gladbeck: TenantInfo, editor: Actor, publish: Publish
) -> None:
    data = {**seen(editor_client), "antwort": "merge", "version": "0", "text": "<p>Meine Mühe.</p>"}
    publish(SLUG, "notes", "<p>Ganz anders.</p>")
    stale = editor_client.post(PAGE, data)
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "Prüfen Sie die neueste Fassung" in text
    assert "Meine Mühe." in text
    assert "Ganz anders." in re.sub(r"</?(?:ins|del|mark)>", "", text)
    with in_tenant(gladbeck.ref):
        one = get_review(place.service_id, "notes", "de")
        keep_own(actor=editor, place=place, seen=Seen(one.own_version, one.above))
    late = editor_client.post(PAGE, {**data, "antwort": "take"})
    assert late.status_code == 409
    assert "inzwischen entschieden" in late.content.decode()
    assert shown(gladbeck) == OURS


def test_a_lock_is_shown_and_understood(
    editor_client: Client, place: Place, gladbeck: TenantInfo, publish: Publish
) -> None:
    publish(SLUG, "notes", THEIRS, locked=True)
    text = editor_client.get(PAGE).content.decode()
    assert "ruht" in text
    assert "Unsere Fassung behalten" not in text
    assert editor_client.post(PAGE, {**seen(editor_client), "antwort": "keep"}).status_code == 409
    assert editor_client.post(PAGE, {**seen(editor_client), "antwort": "take"}).status_code == 302
    with in_tenant(gladbeck.ref):
        assert not list_reviews_of(place.service_id)


def test_marked_ones_are_answered_together(editor_client: Client, place: Place, gladbeck: TenantInfo) -> None:
    choices = re.findall(r'name="auswahl" value="([^"]+)"', editor_client.get(LIST).content.decode())
    mine = [choice for choice in choices if choice.startswith(f"{place.service_id}:notes:de:")]
    assert len(mine) == 1
    nothing = editor_client.post(f"{LIST}antworten/", {"antwort": "take", "auswahl": ["Unsinn", "a:b:c:d:e"]})
    assert nothing.status_code == 422
    done = editor_client.post(f"{LIST}antworten/", {"antwort": "keep", "auswahl": mine}, follow=True)
    assert "Eine Prüfung ist beantwortet." in done.content.decode()
    late = editor_client.post(f"{LIST}antworten/", {"antwort": "take", "auswahl": mine})
    assert late.status_code == 409
    assert "Nicht beantwortet" in late.content.decode()
    assert shown(gladbeck) == OURS


def test_a_structured_value_is_reviewed_too(
    editor_client: Client, gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish
) -> None:
    fee = {"kind": "fixed", "amount_cents": 900}
    publish(SLUG, "fee", fee, language="")
    with in_tenant(gladbeck.ref):
        place = {"service_id": service_id(SLUG), "field": "fee", "language": ""}
        set_override(actor=editor, **place, value={**fee, "amount_cents": 1100})  # type: ignore[arg-type]
    publish(SLUG, "fee", {**fee, "note": "Nur bar."}, language="")
    page = editor_client.get(f"/verwaltung/leistungen/{SLUG}/pruefung/fee/alle/")
    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="11,00"' in text
    assert 'value="Nur bar."' in text


def test_a_version_is_held_and_let_go(
    editor_client: Client, gladbeck: TenantInfo, publish: Publish, service_id: Find
) -> None:
    page = f"/verwaltung/leistungen/{SLUG}/"
    assert editor_client.post(f"{page}fassung/", {"aktion": "festhalten"}).status_code == 302
    publish(SLUG, "notes", "<p>Später.</p>", note="Kürzer gefasst")
    text = editor_client.get(page).content.decode()
    assert "Sie haben eine neuere Fassung nicht übernommen" in text
    assert "Kürzer gefasst" in text
    assert editor_client.post(f"{page}fassung/", {"aktion": "freigeben"}).status_code == 302
    with in_tenant(gladbeck.ref):
        assert get_pinning(get_town_service(SLUG)) is None


def test_a_change_above_while_a_field_is_edited_is_noticed(
    editor_client: Client, gladbeck: TenantInfo, publish: Publish
) -> None:
    page = f"/verwaltung/leistungen/{SLUG}/feld/notes/de/"

    def carried(text: str) -> dict[str, str]:
        names = ("version", "entwurf", "eigene", "oben")
        return {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', text)[0] for name in names}

    seen = carried(editor_client.get(page).content.decode())
    publish(SLUG, "notes", "<p>Während Sie schrieben.</p>")
    sent = {"text": "<p>Unser Text.</p>", "danach": "publish"}
    moved = editor_client.post(page, {**sent, **seen})
    assert moved.status_code == 409
    text = moved.content.decode()
    assert "Während" in text
    assert "Oben hat sich hier seit diesem Entwurf etwas geändert" in text
    assert shown(gladbeck) == "<p>Während Sie schrieben.</p>"
    assert editor_client.post(page, {**sent, **carried(text)}).status_code == 302
    assert shown(gladbeck) == "<p>Unser Text.</p>"


def test_the_page_of_a_field_leads_to_its_review(editor_client: Client, place: Place) -> None:
    assert PAGE in editor_client.get(f"/verwaltung/leistungen/{SLUG}/feld/notes/de/").content.decode()
