"""Operators let editors of the shared catalogue into their regions, give them layers, and let them out."""

from __future__ import annotations

import re
from uuid import UUID

from django.test import Client

from federation.console.tests.conftest import SYSTEM
from tenants.accounts import AccountInfo
from tenants.context import as_operator
from tenants.editors.selectors import list_editors
from tenants.editors.services import create_editor

FORM = {
    "name": "Eike Redaktion",
    "email": "eike@region.test",
    "roles": ["editor"],
    "scopes": ["region:emscher-lippe", "district:05562"],
}
NEW = "/redaktion/neu/emscher-lippe/"


def eike() -> AccountInfo | None:
    """Return the new editor, if there is one."""
    with as_operator():
        return next((one for one in list_editors(actor=SYSTEM) if one.email == FORM["email"]), None)


def text_of(client: Client, path: str) -> str:
    """Return a page as text."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_person_is_added_and_the_link_is_shown_once(olga: Client) -> None:
    assert "Person aufnehmen" in text_of(olga, "/redaktion/")
    made = olga.post(NEW, FORM)
    account = eike()
    assert account is not None
    assert made["Location"] == f"/redaktion/{account.id}/"
    assert account.scopes == {("region", "emscher-lippe"), ("district", "05562")}
    link = re.search(r'value="(http[^"]*/redaktion/einladung/[^"]+)"', text_of(olga, made["Location"]))
    assert link is not None
    assert "emscher-lippe.localhost" in link[1]
    assert "/redaktion/einladung/" not in text_of(olga, made["Location"])
    assert "Eike Redaktion" in text_of(olga, "/redaktion/")


def test_only_layers_of_the_region_are_offered_and_taken(olga: Client) -> None:
    page = text_of(olga, NEW)
    assert "Kreis Recklinghausen" in page
    assert "Kreis Coesfeld" not in page
    for scope in ("federation", "state:05", "region:muensterland", "district:05558"):
        assert olga.post(NEW, {**FORM, "scopes": [scope]}).status_code == 422
    assert eike() is None


def test_mistakes_are_named_at_their_fields(olga: Client) -> None:
    answer = olga.post(NEW, {"email": "kein-at"})
    assert answer.status_code == 422
    page = answer.content.decode()
    for sentence in (
        "Geben Sie den Vor- und Nachnamen an.",
        "Wählen Sie mindestens eine Rolle",
        "E-Mail-Adresse an, zum",
    ):
        assert sentence in page


def test_rights_change_and_layers_of_the_deployment_stay(olga: Client) -> None:
    account = create_editor(
        actor=SYSTEM,
        region_slug="emscher-lippe",
        email="eike@region.test",
        name="Eike",
        roles=["editor"],
        scopes=[("federation", ""), ("region", "emscher-lippe")],
    )
    path = f"/redaktion/{account.id}/"
    assert "Bund" in text_of(olga, path)
    assert olga.post(path, {"roles": ["editor", "publisher"], "scopes": ["district:05562"]})["Location"] == path
    changed = eike()
    assert changed is not None
    assert changed.roles == {"editor", "publisher"}
    assert changed.scopes == {("federation", ""), ("district", "05562")}


def test_access_ends_and_comes_back(olga: Client) -> None:
    olga.post(NEW, FORM)
    account = eike()
    assert account is not None
    assert olga.post(f"/redaktion/{account.id}/beenden/").status_code == 302
    ended = eike()
    assert ended is not None
    assert not ended.is_active
    assert "Zugang wieder freigeben" in text_of(olga, f"/redaktion/{account.id}/")
    olga.post(f"/redaktion/{account.id}/einladen/")
    assert "Dieser Zugang ist beendet." in text_of(olga, f"/redaktion/{account.id}/")
    olga.post(f"/redaktion/{account.id}/freigeben/")
    olga.post(f"/redaktion/{account.id}/einladen/")
    assert "/redaktion/einladung/" in text_of(olga, f"/redaktion/{account.id}/")


def test_another_providers_editors_are_not_found(olga: Client, matthis: Client) -> None:
    olga.post(NEW, FORM)
    account = eike()
    assert account is not None
    assert "Eike Redaktion" not in text_of(matthis, "/redaktion/")
    assert matthis.get(NEW).status_code == 404
    assert matthis.get(f"/redaktion/{account.id}/").status_code == 404
    for action in ("einladen", "beenden", "freigeben"):
        assert matthis.post(f"/redaktion/{account.id}/{action}/").status_code == 404
    assert matthis.get(f"/redaktion/{UUID(int=1)}/").status_code == 404
