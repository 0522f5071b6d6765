"""The IT provider comes into a town where Keycloak signs people in; the town sees it and ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from shared_services.identity import sessions
from shared_services.identity.citizen.tasks import end_sessions_of_provider
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.staff_oidc.ended import note_ended
from shared_services.identity.staff_oidc.members import find_user
from shared_services.identity.staff_oidc.tests.cast import Worker, make_operator
from shared_services.identity.staff_oidc.tests.conftest import NewWorker, link
from shared_services.identity.support.handover import ENTER_PATH
from shared_services.identity.tests.cast import CONSOLE, make_staff, text_of
from tenants.audit.models import AuditEntry
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.models import SupportAccess

ASK = "/kommunen/gladbeck/zugriff/"
REASON = "Öffnungszeiten prüfen, Anruf von Frau Amsel"
WORK, TOWN_PAGE = "/verwaltung/", "/verwaltung/zugriff/"


@pytest.fixture
def otto(worker: NewWorker, gladbeck: TenantInfo) -> Worker:
    """Return an operator who is signed in on the console."""
    one = worker(CONSOLE)
    make_operator(one, gladbeck)
    link(one, "konsole")
    assert one.sign_in("/").status_code == 200
    return one


@pytest.fixture
def ada(worker: NewWorker, gladbeck: TenantInfo) -> Worker:
    """Return an administrator of Gladbeck, signed in there."""
    one = worker(gladbeck.host)
    make_staff(gladbeck, f"{one.user}@gladbeck.test", "administrator")
    link(one, "gladbeck")
    assert one.sign_in(WORK).status_code == 200
    return one


@pytest.fixture
def enter(otto: Worker, gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Callable[[], Client]:
    """Return what lets the operator ask with a reason and enter, and returns their browser at the town."""

    def come_in() -> Client:
        assert otto.client.post(ASK, {"reason": REASON, "minutes": "15"})["Location"] == ASK
        town = visit(gladbeck.host)
        there = town.get(ENTER_PATH.format(access=newest_access(gladbeck)))["Location"]
        assert urlsplit(there).hostname == CONSOLE
        assert follow(town, follow(otto.client, there)["Location"])["Location"] == WORK
        return town

    return come_in


def test_the_town_sees_who_is_there_and_why_and_ends_it(
    enter: Callable[[], Client], ada: Worker, gladbeck: TenantInfo
) -> None:
    town = enter()
    assert "Die Kommune sieht es" in text_of(town.get(WORK))
    page = text_of(ada.client.get(TOWN_PAGE))
    assert REASON in page
    assert "Otto Perator" in page
    ended = ada.client.post(f"{TOWN_PAGE}{newest_access(gladbeck)}/beenden/")
    assert ended["Location"] == TOWN_PAGE
    assert town.get(WORK).status_code == 302
    with in_tenant(gladbeck.ref):
        done = list(
            AuditEntry.objects.filter(action__startswith="support.").order_by("id").values_list("action", flat=True)
        )
    assert done[-3:] == ["support.requested", "support.begun", "support.ended"]


def test_who_leaves_by_themselves_is_out_and_still_signed_in_on_the_console(
    enter: Callable[[], Client], otto: Worker
) -> None:
    town = enter()
    assert town.post(f"{TOWN_PAGE}verlassen/")["Location"] == "/verwaltung/anmelden/"
    assert town.get(WORK).status_code == 302
    assert otto.client.get(ASK).status_code == 200


def test_a_visit_ends_with_the_sign_in_at_keycloak(enter: Callable[[], Client], otto: Worker) -> None:
    town = enter()
    assert town.get(WORK).status_code == 200
    # As its back-channel logout does; Keycloak can't reach the test's own process.
    note_ended(provider_session="", subject=find_user(otto.user))
    assert town.get(WORK).status_code == 302


def test_who_is_switched_off_at_keycloak_is_out_of_the_town_within_minutes(
    enter: Callable[[], Client], otto: Worker, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = enter()
    now = sessions.now_seconds()
    monkeypatch.setattr(sessions, "now_seconds", lambda: now + 5 * 60)
    assert town.get(WORK).status_code == 200, "who is there goes on"
    Api(realm_admin()).put(f"/users/{find_user(otto.user)}", {"enabled": False})
    assert town.get(WORK).status_code == 200
    monkeypatch.setattr(sessions, "now_seconds", lambda: now + 10 * 60)
    assert town.get(WORK).status_code == 302
    assert left(gladbeck) == ["no_access"]


def test_a_logout_token_ends_the_visit_in_the_towns_trail_at_once(
    enter: Callable[[], Client], otto: Worker, gladbeck: TenantInfo
) -> None:
    enter()
    end_sessions_of_provider(provider_session="", subject=find_user(otto.user))
    assert left(gladbeck) == ["signed_out"]


def test_who_signs_out_on_the_console_is_out_of_the_town(
    enter: Callable[[], Client], otto: Worker, gladbeck: TenantInfo
) -> None:
    town = enter()
    otto.client.post("/abmelden/")
    assert town.get(WORK).status_code == 302
    assert left(gladbeck) == ["signed_out"]


def left(town: TenantInfo) -> list[str]:
    """Return why visits have ended that neither the town nor the visitor has ended."""
    with in_tenant(town.ref):
        return [one.data["reason"] for one in AuditEntry.objects.filter(action="support.left").order_by("id")]


def newest_access(town: TenantInfo) -> UUID:
    with in_tenant(town.ref):
        return SupportAccess.objects.order_by("-id")[0].id


def follow(client: Client, address: str) -> Any:
    """Open an address in the client of its host."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")
