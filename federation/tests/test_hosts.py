"""A host decides everything: which portal answers, where an alias leads, and what a closed portal says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tenants.actors import system_actor
from tenants.provisioning.services import resume, set_life, suspend
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
Visit = Callable[[str], Client]
ACTOR = system_actor("tests")


def text(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_each_host_shows_its_own_portal(visit: Visit) -> None:
    assert "Gladbeck" in text(visit("gladbeck.localhost"))
    assert "Dorsten" in text(visit("dorsten.localhost"))
    assert "Serviceportal Münsterland" in text(visit("muensterland.localhost"))


def test_an_alias_leads_to_the_primary_host_with_path_and_query(visit: Visit) -> None:
    answer = visit("www.gladbeck.localhost").get("/leistungen/hund-anmelden/?von=karte")
    assert answer.status_code == 301
    assert answer["Location"].endswith("gladbeck.localhost/leistungen/hund-anmelden/?von=karte")


def test_an_unknown_host_offers_the_umbrellas(visit: Visit) -> None:
    answer = visit("no.such.town").get("/")
    assert answer.status_code == 404
    page = answer.content.decode()
    for name in ("Serviceportal Emscher-Lippe", "Serviceportal Münsterland"):
        assert name in page


@pytest.mark.parametrize("host", ["GLADBECK.localhost", "gladbeck.localhost.", "gladbeck.localhost:8000"])
def test_spelling_and_port_of_a_host_do_not_matter(visit: Visit, host: str) -> None:
    assert "Gladbeck" in text(visit(host))


def test_a_host_is_found_without_a_query(visit: Visit, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    directory.snapshot()
    budget: AbstractContextManager[object] = django_assert_num_queries(0)
    with budget:
        assert visit("no.such.town").get("/").status_code == 404
        assert visit("www.gladbeck.localhost").get("/").status_code == 301


def test_a_suspended_town_says_whom_to_call_and_comes_back(visit: Visit, gladbeck: TenantInfo) -> None:
    suspend(actor=ACTOR, slug="gladbeck", reason="Wartung")
    directory.reload()
    for path in ("/", "/leistungen/hund-anmelden/", "/verwaltung/", "/gibt-es-nicht/"):
        answer = visit(gladbeck.host).get(path)
        assert answer.status_code == 503
        assert answer["Retry-After"]
        page = answer.content.decode()
        assert gladbeck.operator.phone in page
        assert gladbeck.operator.email in page
        assert "Wartung" not in page, "the reason is for the trail, not for the public"
    assert visit("dorsten.localhost").get("/").status_code == 200
    resume(actor=ACTOR, slug="gladbeck")
    directory.reload()
    assert visit(gladbeck.host).get("/").status_code == 200


def test_a_town_being_set_up_is_closed_to_citizens_and_open_to_its_staff(visit: Visit) -> None:
    set_life(actor=ACTOR, slug="waltrop", life="setup")
    directory.reload()
    client = visit("waltrop.localhost")
    assert client.get("/").status_code == 503
    assert client.get("/verwaltung/anmelden/").status_code == 200
    assert client.get("/en/verwaltung/anmelden/").status_code == 200


def test_a_pilot_town_says_so_and_asks_for_feedback(visit: Visit) -> None:
    page = text(visit("waltrop.localhost"))
    assert "erprobt" in page
    assert "/feedback/" in page
    assert "erprobt" not in text(visit("gladbeck.localhost"))
