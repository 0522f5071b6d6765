"""Lists that editors keep under a name, and the list at two thousand services."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.decisions.saved_views import MAX_VIEWS
from catalog.editing.listing import ListFilter
from catalog.editing.saved_views import delete_view, list_saved_views, save_view, share_view
from catalog.editing.tests.cast import sign_in_editor
from catalog.editing.tests.test_pages import BASE, text_of
from catalog.services.models import LayerValue, Service, State
from tenants.actors import ANONYMOUS, Actor
from tenants.context import as_editor, as_operator
from tenants.errors import InvalidInput, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

VIEWS = f"{BASE}ansichten/"
QUERY = "q=hund&zustand=published"


def names(actor: Actor) -> list[str]:
    return [one.name for one in list_saved_views(actor)]


def test_a_list_is_kept_opened_shared_and_deleted(
    writer: Client, publisher: Client, visit: Callable[[str], Client]
) -> None:
    page = text_of(writer, f"{BASE}?{QUERY}&ebene=region:emscher-lippe&unfug=1")
    offered = re.search(r'href="(/redaktion/leistungen/ansichten/\?[^"]+)"', page)
    assert offered
    form = text_of(writer, offered.group(1).replace("&amp;", "&"))
    assert 'value="q=hund&amp;zustand=published"' in form
    assert writer.post(VIEWS, {"query": QUERY, "name": "  "}).status_code == 422
    answer = writer.post(VIEWS, {"query": f"{QUERY}&unfug=1", "name": "Alles mit Hund"})
    assert answer.status_code == 302
    shown = text_of(writer, answer["Location"])
    assert "Die Ansicht ist gespeichert" in shown
    assert "Alles mit Hund" in shown
    assert "Geburtsurkunde" not in shown
    assert "Alles mit Hund" not in text_of(publisher, BASE)
    share = re.search(r'action="([^"]+/teilen/)"', text_of(writer, VIEWS))
    assert share
    assert publisher.post(share.group(1), {"is_shared": "1"}).status_code == 404
    assert writer.post(share.group(1), {"is_shared": "1"}).status_code == 302
    assert "Alles mit Hund" in text_of(publisher, BASE)
    elsewhere = sign_in_editor(visit, "muensterland")
    assert "Alles mit Hund" not in text_of(elsewhere, BASE)
    delete = share.group(1).replace("teilen", "loeschen")
    assert elsewhere.post(delete).status_code == 404
    assert writer.post(delete).status_code == 302
    assert "Alles mit Hund" not in text_of(writer, BASE)


def test_a_kept_list_holds_on_the_layer_that_one_looks_at(writer: Client) -> None:
    writer.post(f"{VIEWS}?ebene=federation:", {"query": "entwurf=hier&ebene=federation:", "name": "Meine Entwürfe"})
    page = text_of(writer, f"{BASE}?ebene=region:emscher-lippe")
    assert f"{BASE}?entwurf=hier&amp;ebene=region%3Aemscher-lippe" in page


def test_who_publishes_for_the_region_tidies_up(rosa: Actor, frida: Actor, emil: Actor) -> None:
    shared = save_view(actor=rosa, name="Für alle", query=QUERY, is_shared=True)
    own = save_view(actor=rosa, name="Nur Rosa", query=QUERY)
    assert (names(emil), names(rosa)) == (["Für alle"], ["Für alle", "Nur Rosa"])
    with pytest.raises(NotFound):
        delete_view(actor=emil, view_id=shared)
    with pytest.raises(NotFound):
        delete_view(actor=frida, view_id=own)
    with pytest.raises(NotFound):
        share_view(actor=frida, view_id=shared, is_shared=False)
    delete_view(actor=frida, view_id=shared)
    assert names(rosa) == ["Nur Rosa"]


def test_names_are_short_each_ones_own_and_not_too_many(rosa: Actor, emil: Actor) -> None:
    first = save_view(actor=rosa, name="Hunde", query="q=hund")
    assert save_view(actor=rosa, name=" Hunde ", query="q=hunde", is_shared=True) == first
    assert save_view(actor=emil, name="Hunde", query="q=hund") != first
    with pytest.raises(InvalidInput):
        save_view(actor=rosa, name="x" * 81, query="")
    for number in range(MAX_VIEWS - 1):
        save_view(actor=rosa, name=f"Liste {number}", query="")
    with pytest.raises(InvalidInput) as refused:
        save_view(actor=rosa, name="Noch eine", query="")
    assert refused.value.fields["name"]
    for actor in (ANONYMOUS, Actor(kind="staff", name="Edda")):
        with pytest.raises(NotAllowed):
            save_view(actor=actor, name="X", query="")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ({"q": " hund ", "seite": "3", "ebene": "region:x"}, "q=hund"),
        ({"zustand": "erfunden", "entwurf": "offen", "sortierung": "titel"}, "entwurf=offen"),
        ({"ebene-der": "district", "wer": "Rosa & Co"}, "ebene-der=district&wer=Rosa+%26+Co"),
    ],
)
def test_addresses_keep_what_a_list_understands(address: dict[str, str], kept: str) -> None:
    assert ListFilter.read(address).address == kept


def test_as_many_queries_for_two_thousand_services_as_for_few(writer: Client, rosa: Actor) -> None:
    save_view(actor=rosa, name="Gemeinsam", query=QUERY, is_shared=True)
    path = f"{BASE}?q=leistung&zustand=published&sortierung=geaendert"
    text_of(writer, path)
    with CaptureQueriesContext(connection) as few:
        text_of(writer, path)
    with as_operator():
        home = {"home_layer": "federation", "layer": "municipality", "category_codes": ["umwelt"]}
        services = Service.objects.bulk_create(
            Service(slug=f"leistung-{number}", state=State.PUBLISHED, published_at=timezone.now(), **home)
            for number in range(2000)
        )
    with as_editor():
        LayerValue.objects.bulk_create(
            LayerValue(
                service=one,
                layer="federation",
                field="title",
                language="de",
                value=f"Leistung {one.slug}",
                changed_at=timezone.now(),
            )
            for one in services
        )
    with CaptureQueriesContext(connection) as many:
        page = text_of(writer, path)
    assert re.search(r"2\.?0\d\d Leistungen", page)
    assert "Gemeinsam" in page
    assert len(many) == len(few), [one["sql"][:90] for one in many.captured_queries]
