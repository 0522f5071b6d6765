"""Every place that takes a password, a code, a link or a token has an end to the number of attempts.

Those with tests of their own stand beside them: sign-in and second factor of citizens and of those who work here, the
own password, mails that are asked for, tokens of programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from shared_services.identity import linklimits
from shared_services.identity import services as work_services
from shared_services.identity.citizen import local, services
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen
from shared_services.identity.citizen.tests.conftest import anna, browser, key, realm
from shared_services.identity.citizen.views import logout
from shared_services.identity.tests.cast import CONSOLE
from tenants.registry.sites import TenantInfo

__all__ = ("anna", "browser", "key", "realm")

Visit = Callable[[str], Client]
FEW = 3
TOWN = "gladbeck.localhost"
ANYTHING = {"password": "x" * 14, "password_again": "x" * 14, "answer": "{}"}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let little be enough, so that nobody has to ask a hundred times."""
    monkeypatch.setattr(linklimits, "LINKS_PER_ADDRESS", FEW)
    monkeypatch.setattr(services, "_RETURNS_PER_ADDRESS", FEW)
    monkeypatch.setattr(local, "ATTEMPTS_PER_ADDRESS", FEW)
    monkeypatch.setattr(work_services, "ATTEMPTS_PER_ADDRESS", FEW)
    monkeypatch.setattr(logout, "_REFUSALS", FEW)


@pytest.fixture
def reached() -> Iterator[list[str]]:
    """Return the limits that the log names when the test is over."""
    found: list[str] = []
    with capture_logs() as lines:
        yield found
    found += [line["limit"] for line in lines if line["event"] == "limits.reached"]
    assert found, "a limit that was reached is a line in the log"


def statuses(ask: Callable[[], Any]) -> list[int]:
    """Ask once more than is allowed and return the answers."""
    return [ask().status_code for _attempt in range(FEW + 1)]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (UMBRELLA, "/konto/bestaetigen/unbekannt/"),
        (UMBRELLA, "/konto/passwort-neu/unbekannt/"),
        (UMBRELLA, "/konto/adresse-behalten/unbekannt/"),
        (UMBRELLA, "/redaktion/einladung/unbekannt/"),
        (TOWN, "/verwaltung/einladung/unbekannt/"),
        (CONSOLE, "/einladung/unbekannt/"),
    ],
)
def test_links_of_mails_and_invitations(
    visit: Visit, gladbeck: TenantInfo, reached: list[str], host: str, path: str
) -> None:
    client = visit(host)
    assert statuses(lambda: client.post(path, ANYTHING)) == [404] * FEW + [429]
    assert client.get(path).status_code == HTTPStatus.TOO_MANY_REQUESTS


@pytest.mark.parametrize("path", ["/konto/adresse-bestaetigen/unbekannt/", "/konto/identitaeten/wechsel/unbekannt/"])
def test_links_for_whoever_is_signed_in(browser: Browser, anna: Citizen, reached: list[str], path: str) -> None:
    browser.sign_in(anna)
    assert statuses(lambda: browser.client(UMBRELLA).post(path)) == [404] * FEW + [429]


@pytest.mark.parametrize("path", ["passkey/aufgabe/", "passkey/"])
@pytest.mark.parametrize(
    ("host", "area"),
    [
        (UMBRELLA, "/konto/anmelden/"),
        (UMBRELLA, "/redaktion/anmelden/"),
        (TOWN, "/verwaltung/anmelden/"),
        (CONSOLE, "/anmelden/"),
    ],
)
def test_passkeys(visit: Visit, gladbeck: TenantInfo, reached: list[str], host: str, area: str, path: str) -> None:
    client, path = visit(host), area + path
    assert statuses(lambda: client.post(path, ANYTHING))[-1] == HTTPStatus.TOO_MANY_REQUESTS


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (UMBRELLA, "/konto/anmelden/passwort/"),
        (UMBRELLA, "/redaktion/anmelden/"),
        (TOWN, "/verwaltung/anmelden/"),
        (CONSOLE, "/anmelden/"),
    ],
)
def test_one_address_that_tries_many_accounts(
    visit: Visit, gladbeck: TenantInfo, reached: list[str], host: str, path: str
) -> None:
    client, people = visit(host), iter(range(99))
    asked = statuses(lambda: client.post(path, {"email": f"p{next(people)}@example.org", "password": "x" * 14}))
    assert asked == [422] * FEW + [429]


def test_codes_that_towns_take(browser: Browser, anna: Citizen, gladbeck: TenantInfo, reached: list[str]) -> None:
    client = browser.client(gladbeck.host)

    def come_back() -> Any:
        begun = client.get("/konto/anmelden/")["Location"]
        state = begun.partition("state=")[2].partition("&")[0]
        return client.get(f"/konto/anmelden/zurueck/?code=geraten&state={state}")

    assert statuses(come_back) == [422] * FEW + [429]


def test_codes_of_visits_by_the_it_provider(visit: Visit, gladbeck: TenantInfo, reached: list[str]) -> None:
    client = visit(gladbeck.host)

    def come_back() -> Any:
        begun = client.get("/verwaltung/zugriff/01a00000-0000-7000-8000-000000000000/")["Location"]
        state = begun.partition("state=")[2].partition("&")[0]
        return client.get(f"/verwaltung/zugriff/zurueck/?code=geraten&state={state}")

    assert statuses(come_back) == [422] * FEW + [429]


def test_forged_logouts(visit: Visit, gladbeck: TenantInfo, realm: object, settings: Any, reached: list[str]) -> None:
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "only for these tests"
    client = visit(gladbeck.host)
    asked = statuses(lambda: client.post("/konto/abmeldung/", {"logout_token": "a.b.c"}))
    assert asked == [400] * FEW + [429]
