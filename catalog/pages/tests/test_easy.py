"""Services in Leichte Sprache."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.resolution.values import EASY_LANGUAGE
from tenants.actors import Actor
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
EASY = "/leistungen/hund-anmelden/leichte-sprache/"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_service_page_leads_there_and_back(visit: Callable[[str], Client]) -> None:
    citizen = visit("gladbeck.localhost")
    assert f'href="{EASY}"' in read(citizen, "/leistungen/hund-anmelden/")
    page = read(citizen, EASY)
    assert "Einen Hund anmelden" in page
    assert 'lang="de-simple"' in page
    assert "Was kostet das?" in page
    assert 'href="/leistungen/hund-anmelden/"' in page


def test_the_english_page_says_that_it_is_german_only(visit: Callable[[str], Client]) -> None:
    page = read(visit("gladbeck.localhost"), f"/en{EASY}")
    assert "available in German only" in page
    assert "Einen Hund anmelden" in page


def test_everyday_german_never_stands_in(visit: Callable[[str], Client]) -> None:
    citizen = visit("gladbeck.localhost")
    assert citizen.get("/leistungen/geburtsurkunde/leichte-sprache/").status_code == 404
    assert "/leistungen/geburtsurkunde/leichte-sprache/" not in read(citizen, "/leistungen/geburtsurkunde/")
    assert citizen.get("/leistungen/gibt-es-nicht/leichte-sprache/").status_code == 404


def test_a_town_writes_its_own(visit: Callable[[str], Client], in_gladbeck: TenantInfo, editor: Actor) -> None:
    service_id = get_town_service("hund-anmelden").id
    own = "Hund in Gladbeck anmelden"
    set_override(actor=editor, service_id=service_id, field="title", language=EASY_LANGUAGE, value=own)
    assert own in read(visit("gladbeck.localhost"), EASY)
    assert own not in read(visit("dorsten.localhost"), EASY)
