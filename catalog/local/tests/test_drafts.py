"""Drafts of services of the town's own, and their approval with four eyes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.draft_workflow import publish_drafts
from catalog.decisions.drafting import save_draft
from catalog.decisions.drafts import get_draft
from catalog.decisions.history import list_history
from catalog.decisions.homes import Place
from catalog.decisions.rules import set_four_eyes
from catalog.decisions.selectors import get_town_service
from catalog.local.local_home import LOCAL_TEXTS
from catalog.local.selectors import get_local_record
from catalog.local.services import publish_local_service, set_local_value
from catalog.local.submitting import send_back_local_service, submit_local_service
from catalog.local.tests.conftest import SLUG, Make
from catalog.resolution.values import FieldKey
from tenants.actors import Actor
from tenants.errors import Conflict, InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db
BASE = "/verwaltung/leistungen/eigene/"


@pytest.fixture
def boss(editor: Actor) -> Actor:
    """Return an administrator of Gladbeck."""
    return replace(editor, name="Anja Leitung", id=UUID(int=70), roles=frozenset({"administrator"}))


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def choices(text: str) -> list[str]:
    """Return the drafts that a page offers to mark."""
    return re.findall(r'name="auswahl"[^>]*value="([^"]+)"', text)


def test_a_published_service_is_edited_in_a_draft(make_local: Make, editor_client: Client) -> None:
    page = f"{BASE}{make_local()}/"
    saved = editor_client.post(f"{page}feld/notes/de/", {"version": "0", "text": "Bitte klingeln."})
    assert "gespeichert=entwurf" in saved["Location"]
    assert "Bitte klingeln." not in read(editor_client, f"/leistungen/{SLUG}/")
    assert "Bitte klingeln." in read(editor_client, f"{page}vorschau/")
    assert "Ein Entwurf ist noch nicht veröffentlicht" in read(editor_client, page)
    assert "mit Entwürfen" in read(editor_client, BASE)
    assert "Appeltatenfest" in read(editor_client, "/verwaltung/leistungen/?merkmal=entwurf")
    drafts = {"auswahl": choices(read(editor_client, f"{page}entwuerfe/"))}
    done = editor_client.post(f"{page}entwuerfe/veroeffentlichen/", drafts)
    assert done["Location"].startswith(page)
    assert "Bitte klingeln." in read(editor_client, f"/leistungen/{SLUG}/")


def test_a_service_that_nobody_sees_yet_is_written_at_once_and_keeps_what_is_typed(
    make_local: Make, editor_client: Client, in_gladbeck: object
) -> None:
    service_id = make_local(is_published=False)
    path = f"{BASE}{service_id}/feld/notes/de/"
    form = read(editor_client, path)
    assert "Text speichern" in form
    assert "Zur Freigabe geben" not in form
    editor_client.post(f"{path}sichern/", {"version": "0", "text": "Bitte."}, headers={"HX-Request": "true"})
    assert get_draft(Place(service_id, FieldKey("notes", "de"))) is not None
    assert FieldKey("notes", "de") not in get_local_record(service_id).values
    sent = {"version": "1", "text": "Bitte klingeln.", "danach": "publish"}
    assert editor_client.post(path, sent).status_code == 302
    assert get_local_record(service_id).values[FieldKey("notes", "de")].value == "<p>Bitte klingeln.</p>"


def test_a_text_of_others_is_published_under_their_name(make_local: Make, editor: Actor, boss: Actor) -> None:
    place = Place(make_local(), FieldKey("notes", "de"))
    draft = save_draft(actor=editor, home=LOCAL_TEXTS, place=place, value="Bitte klingeln.")
    assert draft is not None
    set_local_value(actor=boss, service_id=place.service_id, field="notes", language="de", value="Anders.")
    named: dict[str, Any] = {"home": LOCAL_TEXTS, "service_id": place.service_id}
    with pytest.raises(Conflict) as moved:
        publish_drafts(actor=boss, **named, chosen={draft.id: draft.version})
    assert moved.value.code == "base_moved"
    again = save_draft(actor=editor, home=LOCAL_TEXTS, place=place, value="Bitte klopfen.")
    assert again is not None
    publish_drafts(actor=boss, **named, chosen={again.id: again.version})
    entry = list_history(place.service_id, "notes", "de")[0]
    assert (entry.author, entry.approved_by) == ("Edda Redaktion", "Anja Leitung")


def test_with_four_eyes_nobody_publishes_a_service_of_their_own(make_local: Make, editor: Actor, boss: Actor) -> None:
    service_id = make_local(is_published=False)
    set_four_eyes(actor=boss, is_on=True)
    with pytest.raises(NotAllowed):
        publish_local_service(actor=editor, service_id=service_id)
    with pytest.raises(Conflict) as early:
        publish_local_service(actor=boss, service_id=service_id)
    assert early.value.code == "not_handed_in"
    submit_local_service(actor=editor, service_id=service_id)
    with pytest.raises(InvalidInput):
        send_back_local_service(actor=boss, service_id=service_id, comment="")
    send_back_local_service(actor=boss, service_id=service_id, comment="Wann?")
    record = get_local_record(service_id)
    assert (record.comment, record.submitted_at) == ("Wann?", None)
    # Written on is not handed in any more.
    submit_local_service(actor=editor, service_id=service_id)
    set_local_value(actor=editor, service_id=service_id, field="notes", language="de", value="Am Samstag.")
    with pytest.raises(Conflict):
        publish_local_service(actor=boss, service_id=service_id)
    submit_local_service(actor=editor, service_id=service_id)
    publish_local_service(actor=boss, service_id=service_id)
    assert get_town_service(SLUG).text("notes", "de") == "<p>Am Samstag.</p>"
    with pytest.raises(NotAllowed):
        set_local_value(actor=editor, service_id=service_id, field="notes", language="de", value="Am Sonntag.")


def test_four_eyes_on_the_pages_of_an_own_service(
    make_local: Make, editor_client: Client, boss: Actor, in_gladbeck: object
) -> None:
    page = f"{BASE}{make_local(is_published=False)}/"
    published = f"{BASE}{make_local('Lesefest')}/"
    editor_client.post(f"{published}feld/notes/de/", {"version": "0", "text": "Alt.", "danach": "publish"})
    set_four_eyes(actor=boss, is_on=True)
    assert "Zur Freigabe geben" in read(editor_client, page)
    assert editor_client.post(f"{page}einreichen/").status_code == 302
    assert "wartet auf Freigabe" in read(editor_client, BASE)
    # The editor in the browser has written none of it: what `editor` has made stands under another id.
    assert "Freigeben und veröffentlichen" in read(editor_client, page)
    assert editor_client.post(f"{page}zurueckgeben/", {"comment": ""}).status_code == 422
    assert editor_client.post(f"{page}zurueckgeben/", {"comment": "Wann?"}).status_code == 302
    assert "Wann?" in read(editor_client, page)
    # Taking a text away from a page that citizens see takes two as well.
    cleared = editor_client.post(f"{published}feld/notes/de/leeren/", {"version": "1"})
    assert "gespeichert=eingereicht" in cleared["Location"]
    assert "Alt." in read(editor_client, "/leistungen/lesefest/")
