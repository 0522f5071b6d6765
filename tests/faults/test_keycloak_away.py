"""Keycloak is away, hangs or crawls: public pages and signed-in people go on, and signing in says what is wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from shared_services.identity import sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak.tasks import grant_wishes
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tests.faults.road import Road, State
from tests.keycloak import KeycloakForTests

PROMISED_SECONDS = 5.0
SIGN_IN = "/konto/anmelden/?weiter=/leistungen/"


@pytest.fixture
def here(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Client:
    """Return a browser at Gladbeck's portal."""
    return visit(gladbeck.host)


@pytest.fixture
def anna(here: Client, keycloak: KeycloakForTests, road: Road) -> Iterator[Client]:
    """Return the browser of somebody who signed in while all was well."""
    visitor = Visitor(keycloak.issuer, "", "")
    visitor.follow(here.get("/konto/anmelden/")["Location"]).sign_in("anna")
    assert here.get(f"/konto/anmelden/zurueck/?{visitor.url.partition('?')[2]}").status_code == 302
    yield here
    visitor.close()


@pytest.mark.parametrize("state", ["gone", "hanging", "dripping"])
def test_signing_in_says_what_is_wrong_and_recovers_by_itself(here: Client, road: Road, state: State) -> None:
    assert here.get(SIGN_IN).status_code == 302
    road.become(state)
    begun = time.monotonic()
    answer = here.get(SIGN_IN)
    assert time.monotonic() - begun < PROMISED_SECONDS
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "gerade nicht erreichbar" in page
    assert 'href="/leistungen/"' in page
    begun = time.monotonic()
    assert here.get("/").status_code == 200
    assert time.monotonic() - begun < 1.0
    road.become("open")
    time.sleep(0.4)
    assert here.get(SIGN_IN).status_code == 302


def test_a_slow_keycloak_signs_people_in(anna: Client, road: Road) -> None:
    road.become("slow")
    discovery.forget()
    begun = time.monotonic()
    assert anna.post("/konto/abmelden/").status_code == 302
    assert anna.get(SIGN_IN).status_code == 302
    assert time.monotonic() - begun < 2 * PROMISED_SECONDS


@pytest.mark.parametrize("state", ["gone", "hanging"])
def test_who_is_signed_in_goes_on_and_is_looked_at_again_later(
    anna: Client, gladbeck: TenantInfo, road: Road, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.become(state)
    later = sessions.now_seconds() + 5 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    begun = time.monotonic()
    assert anna.get("/konto/").status_code == 200
    assert time.monotonic() - begun < PROMISED_SECONDS
    due = renewal_of(anna, gladbeck)
    road.become("open")
    time.sleep(0.4)
    assert anna.get("/konto/").status_code == 200
    assert renewal_of(anna, gladbeck) > due


def renewal_of(browser: Client, town: TenantInfo) -> int:
    """Return when a session is to be renewed."""
    with in_tenant(town.ref):
        return int(browser.session["account"]["proof"]["renew_at"])


def test_a_callback_in_the_middle_of_it_says_so(here: Client, road: Road, keycloak: KeycloakForTests) -> None:
    visitor = Visitor(keycloak.issuer, "", "")
    visitor.follow(here.get(SIGN_IN)["Location"]).sign_in("anna")
    road.become("hanging")
    begun = time.monotonic()
    answer = here.get(f"/konto/anmelden/zurueck/?{visitor.url.partition('?')[2]}")
    assert time.monotonic() - begun < PROMISED_SECONDS
    assert answer.status_code == 503
    visitor.close()


def test_a_hanging_keycloak_holds_up_two_at_a_time_and_the_others_hardly(road: Road) -> None:
    road.become("hanging")
    waited: list[float] = []

    def call() -> None:
        begun = time.monotonic()
        with pytest.raises(discovery.Away):
            discovery.get_present_realm()
        waited.append(time.monotonic() - begun)

    threads = [threading.Thread(target=call) for _caller in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(waited)[-2] < 1.0, "only who asks waits to the end"
    assert max(waited) < PROMISED_SECONDS


@pytest.mark.parametrize("state", ["gone", "hanging"])
def test_who_signs_out_meanwhile_is_out_everywhere_here_and_at_keycloak_as_soon_as_it_answers(
    visit: Callable[[str], Client],
    gladbeck: TenantInfo,
    dorsten: TenantInfo,
    keycloak: KeycloakForTests,
    road: Road,
    state: State,
) -> None:
    visitor = Visitor(keycloak.issuer, "", "")
    here, there = visit(gladbeck.host), visit(dorsten.host)
    for browser in (here, there):
        visitor.follow(browser.get(SIGN_IN)["Location"])
        if not visitor.answer:
            visitor.sign_in("anna")
        assert browser.get(f"/konto/anmelden/zurueck/?{visitor.url.partition('?')[2]}").status_code == 302
    road.become(state)
    begun = time.monotonic()
    page = here.post("/konto/abmelden/", follow=True).content.decode()
    assert time.monotonic() - begun < PROMISED_SECONDS
    assert "Sie sind abgemeldet." in page
    assert "Wir melden Sie dort ab, sobald er wieder antwortet." in page
    assert "Schließen Sie an einem gemeinsam genutzten Gerät" in page
    assert there.get("/konto/").status_code == 302, "other towns hear of it without Keycloak"
    assert grant_wishes() == 0
    road.become("open")
    time.sleep(0.4)
    assert visitor.follow(here.get(SIGN_IN)["Location"]).answer, "at Keycloak the person is still signed in"
    assert grant_wishes() == 1
    assert not visitor.follow(here.get(SIGN_IN)["Location"]).answer, "Keycloak asks for the password"
    assert grant_wishes() == 0
    visitor.close()
