"""Translators write in other languages than German, and let others publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from catalog.conftest import PASSWORD
from catalog.decisions.draft_workflow import discard_drafts, publish_drafts, send_back_drafts, submit_drafts
from catalog.decisions.drafting import save_draft
from catalog.decisions.homes import Place
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.tests.test_drafts import write
from catalog.resolution.values import FieldKey
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.errors import NotAllowed
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount

SLUG = "meldebescheinigung"
SERVICE = f"/verwaltung/leistungen/{SLUG}/"
Find = Callable[[str], UUID]


@pytest.fixture
def translator(editor: Actor) -> Actor:
    """Return a translator of Gladbeck."""
    return replace(editor, name="Tessa", id=UUID(int=78), roles=frozenset({"translator"}))


def place(service: UUID, language: str, field: str = "notes") -> Place:
    return Place(service, FieldKey(field, language))


def test_they_write_and_hand_in_and_publish_nothing(
    in_gladbeck: TenantInfo, translator: Actor, service_id: Find
) -> None:
    service = service_id(SLUG)
    draft = write(translator, place(service, "en"), "<p>Please ask before you come.</p>")
    chosen = {draft.id: draft.version}
    with pytest.raises(NotAllowed):
        publish_drafts(actor=translator, home=OVERRIDES, service_id=service, chosen=chosen)
    submit_drafts(actor=translator, home=OVERRIDES, service_id=service, chosen=chosen)
    with pytest.raises(NotAllowed):
        send_back_drafts(actor=translator, home=OVERRIDES, service_id=service, chosen=chosen, comment="Noch einmal")


@pytest.mark.parametrize(("field", "language"), [("notes", "de"), ("fee", "")])
def test_german_and_what_is_the_same_everywhere_is_not_theirs(
    in_gladbeck: TenantInfo, translator: Actor, editor: Actor, service_id: Find, field: str, language: str
) -> None:
    service = service_id(SLUG)
    with pytest.raises(NotAllowed):
        save_draft(actor=translator, home=OVERRIDES, place=place(service, language, field), value="<p>Nein.</p>")
    of_editor = write(editor, place(service, "de"), "<p>Das schreibt die Redaktion.</p>")
    with pytest.raises(NotAllowed):
        discard_drafts(actor=translator, home=OVERRIDES, service_id=service, chosen={of_editor.id: of_editor.version})


def test_their_pages(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> None:
    with in_tenant(gladbeck.ref):
        account = StaffAccount(email="tessa@gladbeck.test", name="Tessa", roles=["translator"])
        account.set_password(PASSWORD)
        account.save()
    client = visit(gladbeck.host)
    client.post("/verwaltung/anmelden/", {"email": "tessa@gladbeck.test", "password": PASSWORD})
    for path in ("/verwaltung/", "/verwaltung/leistungen/", SERVICE, f"{SERVICE}feld/notes/en/"):
        assert client.get(path).status_code == 200, path
    for path in (f"{SERVICE}feld/notes/de/", "/verwaltung/leistungen/pruefungen/", "/verwaltung/kontakt/"):
        assert client.get(path).status_code == 403, path
    assert client.post(f"{SERVICE}entscheidung/", {"decision": "adopt"}).status_code == 403
