"""Keycloak itself is stopped, killed with kill -9, and started again on its port: pages go on and sign-in recovers.

The other tests share one Keycloak; this one is nobody else's. It is in memory, so that its realm is put back after the
kill, as a database would have kept it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from federation.devstack.keycloak import KeycloakServer, start_keycloak
from federation.devstack.keycloak_for_tests import THEMES, RunningKeycloak
from federation.devstack.processes import stop_process
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


def start(run: Path) -> KeycloakServer:
    """Start it, on the same ports each time, and wait until it is there."""
    server = start_keycloak(run / "keycloak-to-kill", log=run / "keycloak-to-kill.log", themes=THEMES)
    server.wait_until_ready()
    return server


@pytest.fixture
def servers(
    running_keycloak: RunningKeycloak, settings: Any, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[list[KeycloakServer]]:
    """Return a Keycloak of this test's own, where settings lead now; started again, the newest stands last."""
    run = running_keycloak.log.parent
    started = [start(run)]
    for name, value in KeycloakForTests(running_keycloak, REALM).settings().items():
        setattr(settings, name, value)
    settings.VERBUND_KEYCLOAK_URL = started[0].url
    settings.VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET = started[0].admin_secret
    monkeypatch.setattr(discovery, "_AWAY_SECONDS", 0.3)
    monkeypatch.setattr(discovery, "_PRESENT_SECONDS", 0.0)
    discovery.forget()
    yield started
    stop_process(started[-1].process, with_signal=signal.SIGKILL)
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


def test_stopped_killed_and_started_again(
    servers: list[KeycloakServer], gladbeck: TenantInfo, visit: Callable[[str], Client]
) -> None:
    browser, server = visit(gladbeck.host), servers[0]
    issuer = f"{server.url}/realms/{REALM}"
    put_realm(gladbeck)
    expect_back(browser, issuer)
    # The first page of its kind takes longer, whatever it says.
    assert browser.get(CALLBACK_PATH).status_code == 422

    os.kill(server.process.pid, signal.SIGSTOP)  # it holds connections and never answers
    expect_away(browser)
    os.kill(server.process.pid, signal.SIGCONT)
    expect_back(browser, issuer)

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    expect_away(browser)
    servers.append(start(server.log.parent))
    assert servers[-1].url == server.url
    put_realm(gladbeck)
    expect_back(browser, issuer)
