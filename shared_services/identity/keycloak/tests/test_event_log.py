"""Keycloak's log tells what happened, and never who somebody is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import pytest

from shared_services.identity.keycloak.admin import Api, full_admin
from shared_services.identity.keycloak.tests.walker import CALLBACK, Visitor
from tests.keycloak import KeycloakForTests

Open = Callable[[], Visitor]
# Names, user names and addresses of the people below.
_NAMES: Final = ("nils", "niveaulos", "erika", "mustermann", "heidestra", "vera", "vergessen", "zenzi", "anonyma")
WHO: Final = re.compile(rf"@example|@firma|\b({'|'.join(_NAMES)})\b", re.IGNORECASE)


@pytest.fixture
def api(keycloak: KeycloakForTests) -> Api:
    """Return Keycloak as its administrator sees it."""
    return Api(full_admin())


@dataclass(frozen=True)
class Forgetful:
    """Somebody of one test: Keycloak closes an account for a minute after two wrong passwords within a second."""

    id: str
    email: str
    password: str


@pytest.fixture
def vera(api: Api) -> Iterator[Forgetful]:
    """Return somebody with an account and a password who mistypes it."""
    email, password = f"vera.{uuid4().hex}@example.org", "noch ein langes passwort"
    user = {
        "username": email,
        "email": email,
        "emailVerified": True,
        "firstName": "Vera",
        "lastName": "Vergessen",
        "enabled": True,
        "credentials": [{"type": "password", "value": password, "temporary": False}],
    }
    found = Forgetful(api.post("/users", user), email, password)
    yield found
    api.delete(f"/users/{found.id}")


@pytest.fixture
def told(keycloak: KeycloakForTests) -> Callable[[], list[str]]:
    """Return what reads the lines that Keycloak has written since: of this realm, and of providers that it plays."""
    begun = len(keycloak.log_lines())
    return lambda: keycloak.log_lines()[begun:]


@pytest.fixture
def only(keycloak: KeycloakForTests) -> Callable[..., str]:
    """Return what finds the one line of an event in this realm since."""
    begun = len(keycloak.log_lines())

    def find(**wanted: str) -> str:
        words = [f'{name}="{value}"' for name, value in {"realm": keycloak.realm, **wanted}.items()]
        (found,) = keycloak.lines_with(*words, since=begun)
        return found

    return find


def test_wrong_passwords_are_told_without_what_was_typed(
    visitor: Open, vera: Forgetful, told: Callable[[], list[str]], only: Callable[..., str]
) -> None:
    someone = visitor().begin(acr_values="basis")
    someone.submit(username=vera.email, password="falsch")
    someone.submit(username="zenzi.anonyma@example.org", password="falsch")
    someone.submit(username=vera.email, password=vera.password)
    known = only(type="LOGIN_ERROR", error="invalid_user_credentials")
    assert f'user="{vera.id}"' in known
    assert f'redirect_uri="{CALLBACK}"' in known
    assert re.search(r' WARN .* client="portal-gladbeck", .* ip="[\d.:a-f]+"', known), known
    assert 'user="' not in only(type="LOGIN_ERROR", error="user_not_found")
    well = only(type="LOGIN", user=vera.id)
    assert "ip=" not in well, "an address is kept of what was refused"
    assert not [line for line in told() if WHO.search(line)]


def test_providers_are_told_by_their_alias_and_their_people_not_at_all(
    visitor: Open, keycloak: KeycloakForTests, told: Callable[[], list[str]], only: Callable[..., str]
) -> None:
    visitor().begin(kc_idp_hint="bundid", acr_values="basis").sign_in("nils")
    visitor().begin(kc_idp_hint="bundid-saml", acr_values="hoch").sign_in("erika").token()
    assert only(type="LOGIN", identity_provider="bundid-saml")
    refused = [line for line in told() if f'realm="{keycloak.realm}"' in line and 'error="' in line]
    assert any('identity_provider="bundid"' in line for line in refused), refused
    assert not [line for line in told() if WHO.search(line)]


def test_what_administrators_do_is_told_without_representations(
    api: Api, told: Callable[[], list[str]], only: Callable[..., str]
) -> None:
    name = f"zenzi.{uuid4().hex}@example.org"
    user = api.post("/users", {"username": name, "email": name, "lastName": "Anonyma", "enabled": True})
    api.put(f"/users/{user}", {"firstName": "Zenzi"})
    api.delete(f"/users/{user}")
    for done in ("CREATE", "UPDATE", "DELETE"):
        line = only(type=f"ADMIN_{done}", path=f"users/{user}")
        assert re.search(r'resource="USER", .* by_realm="master", .* by_user="[0-9a-f-]{36}"', line), line
    assert not [line for line in told() if WHO.search(line)]


def test_nothing_is_stored(visitor: Open, vera: Forgetful, api: Api) -> None:
    visitor().begin(acr_values="basis").submit(username=vera.email, password="falsch")
    assert api.get("/events") == []
    assert api.get("/admin-events") == []
