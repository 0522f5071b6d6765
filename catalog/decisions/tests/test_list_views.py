"""The list of services and the lists that staff keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client

from catalog.decisions.listing import ListFilter, list_for_staff
from catalog.decisions.saved_views import delete_view, list_saved_views, save_view, share_view
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_decision, set_override
from catalog.decisions.wording import describe_preset
from catalog.presets.models import RegionPreset
from catalog.resolution.decide import Decision
from catalog.resolution.values import Layer
from tenants.actors import Actor
from tenants.context import as_migration
from tenants.errors import InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

BASE = "/verwaltung/leistungen/"
Find = Callable[[str], UUID]


def slugs(**wanted: str) -> list[str]:
    return [line.slug for line in list_for_staff(ListFilter(**wanted))]


@pytest.mark.usefixtures("in_gladbeck")
def test_filters_find_what_they_say(editor: Actor, service_id: Find) -> None:
    paper = service_id("meldebescheinigung")
    set_override(actor=editor, service_id=paper, field="notes", language="de", value="Unser Hinweis")
    assert "meldebescheinigung" in slugs(trait="eigene", decision="override")
    assert "meldebescheinigung" not in slugs(trait="voreinstellung")
    set_decision(actor=editor, service_id=paper, decision="adopt")
    assert "meldebescheinigung" in slugs(trait="ruhend")
    assert slugs(query="meldebescheinigung", trait="entschieden")[0] == "meldebescheinigung"
    assert slugs(order="neueste")[0] == "meldebescheinigung"
    lines = list_for_staff(ListFilter(layer="federation"))
    assert {line.layer for line in lines} == {Layer.FEDERATION}
    assert {line.decided.kind for line in list_for_staff(ListFilter(decision="link"))} == {Decision.LINK}
    assert len(slugs()) == len(set(slugs()))
    assert slugs(trait="fest") == []


@pytest.mark.usefixtures("in_gladbeck")
def test_orders_are_stable() -> None:
    titles = [line.title for line in list_for_staff(ListFilter())]
    assert titles == [line.title for line in list_for_staff(ListFilter())]
    layers = [line.layer.rank for line in list_for_staff(ListFilter(order="ebene"))]
    assert layers == sorted(layers)
    counts = [line.own_count for line in list_for_staff(ListFilter(order="eigene"))]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.usefixtures("in_gladbeck")
def test_what_only_the_town_has_stands_among_the_others_and_is_not_decided_on() -> None:
    local = slugs(trait="lokal")
    assert local
    assert set(local) <= set(slugs())
    assert not set(local) & {*slugs(decision="override"), *slugs(trait="entschieden"), *slugs(layer="federation")}


def test_only_shared_services_can_be_chosen(editor_client: Client) -> None:
    page = editor_client.get(f"{BASE}?merkmal=lokal").content.decode()
    assert "nur bei Ihnen" in page
    assert 'name="service"' not in page
    assert "entscheiden</span>" not in page
    chosen = editor_client.post(f"{BASE}sammeln/auswahl/", {"alle": "1", "liste": "merkmal=lokal"})
    assert chosen.status_code == 422


@pytest.mark.usefixtures("in_gladbeck")
def test_the_regions_preset_is_called_so(gladbeck: TenantInfo, service_id: Find) -> None:
    slug = next(iter(slugs(trait="voreinstellung", decision="adopt")))
    with as_migration():
        RegionPreset.objects.create(region_slug=gladbeck.region_slug, service_id=service_id(slug), decision="link")
    (line,) = [one for one in list_for_staff(ListFilter(trait="voreinstellung")) if one.slug == slug]
    assert (line.decided.kind, line.decided.is_of_region) == (Decision.LINK, True)
    text = describe_preset(get_town_service(slug), gladbeck)
    assert "Voreinstellung Ihrer Region (Serviceportal Emscher-Lippe): verlinkt" in text


def test_the_address_carries_the_list_and_drops_what_is_unknown() -> None:
    given = {"q": " Hund ", "entscheidung": "adopt", "thema": "", "merkmal": "unsinn", "ebene": "federation", "x": "1"}
    wanted = ListFilter.read(given)
    assert wanted == ListFilter(query="Hund", decision="adopt", layer="federation")
    assert wanted.address == "q=Hund&entscheidung=adopt&ebene=federation"
    assert wanted.without("decision") == "q=Hund&ebene=federation"
    assert ListFilter.read({}).address == ""


def test_set_filters_can_be_taken_off_one_by_one(editor_client: Client) -> None:
    page = editor_client.get(f"{BASE}?q=Hund&entscheidung=override").content.decode()
    assert 'href="?entscheidung=override"' in page
    assert 'href="?q=Hund"' in page


def test_a_list_is_kept_shown_as_a_tab_shared_and_deleted(editor_client: Client) -> None:
    assert "Diese Ansicht speichern" in editor_client.get(f"{BASE}?thema=umwelt").content.decode()
    form = editor_client.get(f"{BASE}ansichten/", {"liste": "thema=umwelt&unsinn=1"}).content.decode()
    assert 'name="query" value="thema=umwelt"' in form
    nameless = editor_client.post(f"{BASE}ansichten/", {"query": "thema=umwelt", "name": " "})
    assert nameless.status_code == 422
    kept = editor_client.post(f"{BASE}ansichten/", {"query": "thema=umwelt", "name": "Unsere Umwelt"})
    assert kept["Location"] == f"{BASE}?thema=umwelt&gespeichert=ansicht"
    page = editor_client.get(kept["Location"]).content.decode()
    assert re.search(r'aria-current="page">Unsere Umwelt', page)
    views = editor_client.get(f"{BASE}ansichten/").content.decode()
    path = re.search(r'action="([^"]+)teilen/"', views)
    assert path
    shared = editor_client.post(f"{path.group(1)}teilen/", {"is_shared": "1"})
    assert "für alle" in editor_client.get(shared["Location"]).content.decode()
    gone = editor_client.post(f"{path.group(1)}loeschen/")
    assert "Noch keine Ansicht gespeichert" in editor_client.get(gone["Location"]).content.decode()


@pytest.mark.usefixtures("in_gladbeck")
def test_a_colleague_sees_shared_lists_and_changes_none(editor: Actor, gladbeck: TenantInfo, stranger: Actor) -> None:
    colleague = Actor("staff", "Carl", uuid4(), gladbeck.id, roles=frozenset({"editor"}))
    boss = Actor("staff", "Ada", uuid4(), gladbeck.id, roles=frozenset({"administrator"}))
    mine = save_view(actor=editor, name="Meine", query="q=Hund")
    ours = save_view(actor=editor, name="Unsere", query="q=Katze", is_shared=True)
    assert [(one.name, one.is_own) for one in list_saved_views(colleague)] == [("Unsere", False)]
    for view in (mine, ours):
        with pytest.raises(NotFound):
            delete_view(actor=colleague, view_id=view)
        with pytest.raises(NotFound):
            share_view(actor=colleague, view_id=view, is_shared=False)
        with pytest.raises(NotAllowed):
            delete_view(actor=stranger, view_id=view)
    with pytest.raises(NotFound):
        delete_view(actor=boss, view_id=mine)
    delete_view(actor=boss, view_id=ours)
    assert save_view(actor=editor, name=" Meine ", query="q=Hamster") == mine
    assert [one.query for one in list_saved_views(editor)] == ["q=Hamster"]


@pytest.mark.usefixtures("in_gladbeck")
def test_names_and_numbers_of_lists_have_limits(editor: Actor, system: Actor) -> None:
    for wrong in ("", "x" * 81):
        with pytest.raises(InvalidInput):
            save_view(actor=editor, name=wrong, query="")
    with pytest.raises(InvalidInput):
        save_view(actor=system, name="Niemands", query="")
    for number in range(30):
        save_view(actor=editor, name=f"Ansicht {number}", query="")
    with pytest.raises(InvalidInput):
        save_view(actor=editor, name="Eine zu viel", query="")
