"""Editors say by which online service a service is applied for where, and nothing of it is lost on the way."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

import pytest
from django.test import Client

from catalog.conftest import Answer
from catalog.decisions.selectors import get_town_service
from catalog.editing.facts import save_head
from catalog.editing.tests.conftest import FEDERATION
from catalog.editing.versions_compare import list_version_lines
from catalog.editing.workflow import publish_draft
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.errors import InvalidInput
from tenants.registry.sites import TenantInfo

ONLINE: Final = {
    "url": "https://land.example/hund",
    "label": "Beim Land",
    "label_en": "At the state",
    "trust_level": "basis",
    "payment": "later",
}
HERE: Final[dict[str, Any]] = {"area_prefix": "05562", "role": "online", "online_service": ONLINE}
OWN: Final[dict[str, Any]] = {"area_prefix": "", "is_own": True, "unit": "Steueramt"}
PATH: Final = "/redaktion/leistungen/hund-anmelden/eckdaten/?ebene=federation:"


def test_a_published_row_holds_in_its_area(frida: Actor, dog: UUID, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    draft = save_head(actor=frida, service_id=dog, scope=FEDERATION, facts={"responsibilities": [OWN, HERE]})
    publish_draft(actor=frida, draft_id=draft.id)
    with in_tenant(gladbeck.ref):
        assert get_town_service("hund-anmelden").online_service == ONLINE
    assert "Zuständigkeiten" in list_version_lines(dog)[0].fields
    nobody = {"area_prefix": "05562", "role": "online", "is_nobody": True}
    draft = save_head(actor=frida, service_id=dog, scope=FEDERATION, facts={"responsibilities": [OWN, nobody]})
    publish_draft(actor=frida, draft_id=draft.id)
    with in_tenant(gladbeck.ref):
        assert get_town_service("hund-anmelden").online_service is None


@pytest.mark.parametrize(
    "row",
    [
        {"area_prefix": "05", "role": "online"},
        {"area_prefix": "05", "role": "online", "is_nobody": True, "online_service": ONLINE},
        {"area_prefix": "05", "role": "online", "online_service": {"url": "javascript:alert(1)"}},
        {"area_prefix": "05", "authority": "Amt", "online_service": ONLINE},
        {"area_prefix": "05", "is_own": True, "is_nobody": True},
    ],
)
def test_a_row_has_one_answer(frida: Actor, dog: UUID, row: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_head(actor=frida, service_id=dog, scope=FEDERATION, facts={"responsibilities": [row]})
    assert list(refused.value.fields) == ["responsibilities"]


def test_the_form_shows_a_row_and_sends_it_back_unchanged(publisher: Client, make_responsible: Answer) -> None:
    make_responsible("hund-anmelden", area="05562", role="online", online_service=ONLINE)
    page = publisher.get(PATH).content.decode()
    for value in ("https://land.example/hund", "Beim Land", "At the state"):
        assert f'value="{value}"' in page
    assert len(re.findall(r'<option value="online" selected', page)) == 1
    assert re.search(r'<option value="basis" selected', page)
    assert re.search(r'<option value="later" selected', page)
