"""Keycloak is away, hangs or crawls, for those who work here: they go on, within the time that others have, too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any

import pytest
from django.test import Client

from shared_services.identity import exchange, sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak import userfactors
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.keycloak.cast import load_accounts
from shared_services.identity.keycloak.tests.walker import Visitor
from shared_services.identity.keycloak.users import change_email
from shared_services.identity.staff_oidc import members
from shared_services.identity.staff_oidc.commands import link_account
from shared_services.identity.staff_oidc.places import Place, find_place
from shared_services.identity.staff_oidc.tests.cast import Worker
from shared_services.identity.tests.cast import SYSTEM, make_staff
from tenants.context import in_tenant
from tenants.errors import ExternalTemporary
from tenants.registry.sites import TenantInfo
from tests.faults.road import Road, State
from tests.keycloak import KeycloakForTests

PROMISED_SECONDS = 5.0
WORK = "/verwaltung/leistungen/"


@pytest.fixture
def clerk(
    gladbeck: TenantInfo, visit: Callable[[str], Client], keycloak: KeycloakForTests, road: Road, settings: Any
) -> Iterator[Worker]:
    """Return an editor of Gladbeck who signed in while all was well."""
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    user = f"stoerung-{token_hex(4)}"
    person = {"user": user, "email": f"{user}@example.org", "first_name": "Wilma", "last_name": "Werk"}
    load_accounts(only=[{**person, "factor": f"geheimnis-{user}"}])
    make_staff(gladbeck, f"{user}@gladbeck.test", "editor")
    link_account(
        actor=SYSTEM, place=find_place("gladbeck"), email=f"{user}@gladbeck.test", user=user, keep_factors=True
    )
    one = Worker(visit(gladbeck.host), Visitor(keycloak.issuer, "", ""), user, f"geheimnis-{user}")
    assert one.sign_in(WORK).status_code == 200
    yield one
    one.visitor.close()
    road.become("open")
    api = Api(realm_admin())
    for found in api.get("/users", username=user, exact="true"):
        api.delete(f"/users/{found['id']}")


@pytest.mark.parametrize("state", ["gone", "hanging", "slow"])
def test_a_clerk_goes_on_and_is_looked_at_again_later(
    clerk: Worker, gladbeck: TenantInfo, road: Road, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.become(state)
    later = sessions.now_seconds() + 5 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    begun = time.monotonic()
    assert clerk.client.get(WORK).status_code == 200
    assert time.monotonic() - begun < PROMISED_SECONDS
    road.become("open")
    time.sleep(0.4)
    assert clerk.client.get(WORK).status_code == 200
    with in_tenant(gladbeck.ref):
        assert clerk.client.session["account"]["proof"]["renew_at"] > later


def test_the_next_page_does_not_wait_for_a_keycloak_that_began_to_hang_in_the_middle(
    clerk: Worker, road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tokens are new, and the question whether the person is still a member is never answered."""
    real = exchange.refresh

    def refresh(*given: Any, **named: Any) -> dict[str, Any]:
        answer = real(*given, **named)
        road.become("hanging")
        return answer

    monkeypatch.setattr(exchange, "refresh", refresh)
    monkeypatch.setattr(discovery, "_AWAY_SECONDS", 60.0)
    later = sessions.now_seconds() + 5 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    begun = time.monotonic()
    assert clerk.client.get(WORK).status_code == 200
    assert time.monotonic() - begun < PROMISED_SECONDS
    begun = time.monotonic()
    assert clerk.client.get(WORK).status_code == 200
    assert time.monotonic() - begun < 1.0


@pytest.mark.parametrize(
    "ask",
    [
        lambda place: members.is_member(place, "f:1"),
        lambda _place: userfactors.list_factors("f:1"),
        lambda place: members.is_working(place, "f:1"),
        lambda _place: change_email(["f:1"], "neu@example.org"),
    ],
    ids=["member", "factors", "working", "email"],
)
def test_a_hanging_keycloak_holds_up_two_at_a_time_and_the_others_hardly(
    gladbeck: TenantInfo, road: Road, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Place], object]
) -> None:
    monkeypatch.setattr(discovery, "_AWAY_SECONDS", 60.0)
    road.become("hanging")
    place, waited = find_place(gladbeck.slug), list[float]()

    def call() -> None:
        begun = time.monotonic()
        with pytest.raises(ExternalTemporary):
            ask(place)
        waited.append(time.monotonic() - begun)

    threads = [threading.Thread(target=call) for _caller in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(waited) == 6
    assert sorted(waited)[-3] < 1.0, "two wait to the end"
    assert max(waited) < PROMISED_SECONDS
