"""The console's pages: who sees what, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenants.actors import system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, in_tenant
from tenants.operators.services import create_operator_account
from tenants.registry.models import Operator, Tenant
from tenants.registry.sites import TenantInfo, directory

PAGES = ["", "sperren/", "freigeben/", "zustand/", "adressen/", "einladung/", "entfernen/"]
POSTS = [
    "sperren/",
    "freigeben/",
    "zustand/",
    "adressen/",
    "einladung/",
    "entfernen/",
    "fehler-erledigt/",
    "adressen/hauptadresse/",
    "adressen/entfernen/",
]


def life_of(slug: str) -> str:
    with as_operator():
        return str(Tenant.objects.get(slug=slug).life)


@pytest.mark.parametrize("path", ["/", "/kommunen/", "/kommunen/neu/", "/kommunen/gladbeck/", "/ausrollung/"])
def test_nobody_gets_in_without_signing_in(visit: Callable[[str], Client], path: str) -> None:
    answer = visit("konsole.localhost").get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/anmelden/")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["/", "/kommunen/", *(f"/kommunen/gladbeck/{page}" for page in PAGES)])
def test_own_pages_open_and_are_never_stored(olga: Client, prefix: str, path: str) -> None:
    answer = olga.get(prefix + path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_a_tenant_of_another_operator_looks_like_none(matthis: Client, page: str) -> None:
    stranger, missing = matthis.get(f"/kommunen/gladbeck/{page}"), matthis.get(f"/kommunen/atlantis/{page}")
    assert stranger.status_code == missing.status_code == 404
    assert "Stadt Gladbeck" not in stranger.content.decode()


@pytest.mark.parametrize("page", POSTS)
def test_nothing_can_be_done_to_a_tenant_of_another_operator(matthis: Client, page: str) -> None:
    given = {"reason": "x", "life": "leaving", "host": "neu.example.de", "admin_email": ""}
    assert matthis.post(f"/kommunen/gladbeck/{page}", given).status_code == 404
    assert life_of("gladbeck") == "live"


@pytest.mark.parametrize("page", ["fehler-erledigt/", "adressen/hauptadresse/", "adressen/entfernen/"])
def test_actions_need_a_post(olga: Client, page: str) -> None:
    assert olga.get(f"/kommunen/gladbeck/{page}").status_code == 405


def test_the_overview_has_errors_first_and_names_what_was_done(olga: Client, gladbeck: TenantInfo) -> None:
    with as_operator():
        Tenant.objects.filter(slug="gladbeck").update(last_error="KeyError (request 1)", last_error_at=timezone.now())
    page = olga.get("/").content.decode()
    assert page.index("KeyError (request 1)") < page.index("Portalregionen")
    assert "Eingerichtet unter" in page
    assert "Münster" not in page
    assert olga.post("/kommunen/gladbeck/fehler-erledigt/").status_code == 302
    assert "KeyError" not in olga.get("/").content.decode()


def test_the_first_look_says_what_to_do(db: None, visit: Callable[[str], Client]) -> None:
    with as_migration():
        Operator.objects.create(slug="neu", name="Neuer Dienstleister")
    actor = system_actor("tests")
    create_operator_account(
        actor=actor, operator_slug="neu", email="neu@x.test", name="Nele", password="Zeche Moltke, Schacht 3"
    )
    browser = visit("konsole.localhost")
    browser.post("/anmelden/", {"email": "neu@x.test", "password": "Zeche Moltke, Schacht 3"})
    assert "Noch keine Portalregion" in browser.get("/").content.decode()
    assert "Noch keine Kommune" in browser.get("/kommunen/").content.decode()
    assert browser.get("/kommunen/neu/").status_code == 200


def test_the_list_shows_state_version_and_error(olga: Client, gladbeck: TenantInfo) -> None:
    with as_operator():
        Tenant.objects.filter(slug="gladbeck").update(schema_version="older", last_error="E (task 1)")
    page = olga.get("/kommunen/", {"nur": "rueckstand"}).content.decode()
    assert "Gladbeck" in page
    assert "nicht auf diesem Stand" in page
    assert "E (task 1)" in page
    assert "Dorsten" not in page


@pytest.mark.parametrize(
    "query",
    [{"seite": "999999999"}, {"seite": "-1"}, {"seite": "x"}, {"zustand": "x'"}, {"nur": "x"}, {"suche": "ä" * 500}],
)
def test_a_strange_address_is_no_error(olga: Client, query: dict[str, str]) -> None:
    assert olga.get("/kommunen/", query).status_code == 200


def test_nothing_found_offers_the_way_back(olga: Client) -> None:
    assert "Alle Kommunen zeigen" in olga.get("/kommunen/", {"suche": "Xanadu"}).content.decode()


def test_suspend_and_resume(olga: Client, gladbeck: TenantInfo) -> None:
    refused = olga.post("/kommunen/gladbeck/sperren/", {"reason": " "})
    assert refused.status_code == 422
    assert 'href="#id_reason"' in refused.content.decode()
    assert olga.post("/kommunen/gladbeck/sperren/", {"reason": "Vertrag ruht"}).status_code == 302
    page = olga.get("/kommunen/gladbeck/").content.decode()
    assert "Vertrag ruht" in page
    assert "Portal freigeben" in page
    assert olga.post("/kommunen/gladbeck/sperren/", {"reason": "noch einmal"}).status_code == 409
    assert olga.post("/kommunen/gladbeck/freigeben/").status_code == 302
    assert life_of("gladbeck") == "live"
    assert "ist nicht gesperrt" in olga.post("/kommunen/gladbeck/freigeben/", follow=True).content.decode()


def test_change_of_state(olga: Client, gladbeck: TenantInfo) -> None:
    assert olga.post("/kommunen/gladbeck/zustand/", {"life": "setup"}).status_code == 422
    assert olga.post("/kommunen/gladbeck/zustand/", {}).status_code == 422
    assert olga.post("/kommunen/gladbeck/zustand/", {"life": "pilot"}).status_code == 302
    assert life_of("gladbeck") == "pilot"


def test_hosts(olga: Client, gladbeck: TenantInfo) -> None:
    path = "/kommunen/gladbeck/adressen/"
    assert olga.post(path, {"host": "neu.gladbeck.example"}).status_code == 302
    assert "neu.gladbeck.example" in olga.get(path).content.decode()
    taken = olga.post(path, {"host": "dorsten.localhost"})
    assert taken.status_code == 409
    assert 'value="dorsten.localhost"' in taken.content.decode()
    assert olga.post(path + "hauptadresse/", {"host": "neu.gladbeck.example"}).status_code == 302
    assert (
        "Bestimmen Sie erst"
        in olga.post(path + "entfernen/", {"host": "neu.gladbeck.example"}, follow=True).content.decode()
    )
    assert olga.post(path + "entfernen/", {"host": "gladbeck.localhost"}).status_code == 302
    assert olga.post(path + "entfernen/", {"host": "dorsten.localhost"}).status_code == 404


def test_a_new_invitation_is_shown_once_and_stands_in_the_towns_trail(olga: Client, gladbeck: TenantInfo) -> None:
    assert olga.post("/kommunen/gladbeck/einladung/", {"admin_email": "kein@"}).status_code == 422
    page = olga.post("/kommunen/gladbeck/einladung/", {"admin_email": ""}, follow=True).content.decode()
    assert "/verwaltung/einladung/" in page
    assert "/verwaltung/einladung/" not in olga.get("/kommunen/gladbeck/").content.decode()
    with in_tenant(gladbeck.ref):
        assert (
            AuditEntry.objects.get(action="support.acted", data__action="tenant.invited").actor_name == "Olga Betrieb"
        )


def test_a_page_of_a_thousand_towns_costs_the_same(
    olga: Client, gladbeck: TenantInfo, django_assert_max_num_queries: Any
) -> None:
    with as_migration():
        region = Tenant.objects.get(slug="gladbeck").region
        Tenant.objects.bulk_create(
            Tenant(
                slug=f"ort-{number}",
                name=f"Ort {number}",
                official_name="Ort",
                sort_key=f"ort {number:04}",
                kind="town",
                life="live",
                region=region,
                operator=region.operator,
                state_code="05",
                schema_name=f"t_ort_{number}",
            )
            for number in range(1000)
        )
    directory.forget()
    directory.snapshot()
    # account of the session, count, tenants, codes, domains
    with django_assert_max_num_queries(5):
        page = olga.get("/kommunen/", {"seite": "3"})
    assert page.content.decode().count("/kommunen/ort-") == 50
    # account, counts by state, two counts and lists of tenants with errors and behind, trail
    with django_assert_max_num_queries(10):
        assert olga.get("/").status_code == 200
