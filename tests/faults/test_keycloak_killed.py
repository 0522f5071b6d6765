"""Keycloak is not there, comes, is stopped, goes on, and is killed with kill -9: pages go on and sign-in recovers.

The other tests share one Keycloak; this one is nobody else's. It is started once, for that takes half a minute: what
comes back after a kill is, to the portal, what comes first after nothing.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from federation.devstack.keycloak import KeycloakServer, start_keycloak
from federation.devstack.keycloak_for_tests import THEMES, RunningKeycloak
from federation.devstack.ports import free_port
from federation.devstack.processes import stop_process
from federation.devstack.secrets_file import write_private_json
from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak.admin import full_admin
from shared_services.identity.keycloak.clients import CALLBACK_PATH, credentials_of
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.links import public_url
from tenants.registry.sites import TenantInfo, directory
from tests.keycloak import KeycloakForTests

PROMISED_SECONDS = 5.0
SIGN_IN = "/konto/anmelden/?weiter=/leistungen/"
REALM = "verbund"


@pytest.fixture
def start(
    running_keycloak: RunningKeycloak, settings: Any, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[Callable[[], KeycloakServer]]:
    """Return what starts a Keycloak of this test's own and waits for it. Settings lead to its port all the while."""
    place = running_keycloak.log.with_name("keycloak-to-kill")
    started: list[KeycloakServer] = []

    def go() -> KeycloakServer:
        server = start_keycloak(place, log=place.with_suffix(".log"), themes=THEMES)
        started.append(server)
        server.wait_until_ready()
        assert server.url == settings.VERBUND_KEYCLOAK_URL
        settings.VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET = server.admin_secret
        return server

    for name, value in KeycloakForTests(running_keycloak, REALM).settings().items():
        setattr(settings, name, value)
    port = free_port()
    write_private_json(place.with_suffix(".json"), {"port": port})
    settings.VERBUND_KEYCLOAK_URL = f"http://localhost:{port}"
    monkeypatch.setattr(discovery, "_AWAY_SECONDS", 0.3)
    monkeypatch.setattr(discovery, "_PRESENT_SECONDS", 0.0)
    discovery.forget()
    yield go
    for server in started:
        stop_process(server.process, with_signal=signal.SIGKILL)
    discovery.forget()


def put_realm(town: TenantInfo) -> None:
    """Make a realm with the client of one town: as little as a sign-in page takes."""
    site = directory.resolve(town.host)
    assert site is not None
    client = credentials_of(site)
    own = {
        "clientId": client.client_id,
        "secret": client.secret,
        "redirectUris": [public_url(town.host, CALLBACK_PATH)],
    }
    full_admin().create_realm({"realm": REALM, "enabled": True, "clients": [own]})


def sign_in(browser: Client) -> tuple[int, float, str]:
    """Press "sign in"; return the answer's status, the seconds it took, and the page or the address."""
    begun = time.monotonic()
    answer = browser.get(SIGN_IN)
    return answer.status_code, time.monotonic() - begun, answer.get("Location") or answer.content.decode()


def expect_away(browser: Client) -> None:
    """Expect to be told within the promised time, and public pages as ever."""
    status, seconds, page = sign_in(browser)
    assert (status, seconds < PROMISED_SECONDS) == (503, True)
    assert "gerade nicht erreichbar" in page
    begun = time.monotonic()
    assert browser.get("/").status_code == 200
    assert time.monotonic() - begun < 1.0


def expect_back(browser: Client, issuer: str) -> None:
    """Expect Keycloak's own form to come."""
    time.sleep(0.4)
    status, _seconds, address = sign_in(browser)
    assert status == 302
    visitor = Visitor(issuer, "", "")
    visitor.follow(address)
    assert 'name="password"' in visitor.page
    visitor.close()


def test_absent_stopped_and_killed(
    start: Callable[[], KeycloakServer], gladbeck: TenantInfo, visit: Callable[[str], Client]
) -> None:
    browser = visit(gladbeck.host)
    # The first page of its kind takes longer, whatever it says.
    assert browser.get(CALLBACK_PATH, {"state": "unknown"}).status_code == 422
    assert browser.get("/").status_code == 200
    expect_away(browser)

    server = start()
    issuer = f"{server.url}/realms/{REALM}"
    put_realm(gladbeck)
    expect_back(browser, issuer)

    os.kill(server.process.pid, signal.SIGSTOP)  # it holds connections and never answers
    expect_away(browser)
    os.kill(server.process.pid, signal.SIGCONT)
    expect_back(browser, issuer)

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    expect_away(browser)
