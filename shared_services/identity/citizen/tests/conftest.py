"""A citizen with an account, and browsers that follow a sign-in from host to host."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import KeySet, RSAKey

from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.discovery import Realm
from shared_services.identity.citizen.tests.at_keycloak import Person
from shared_services.identity.citizen.tests.cast import Browser, Citizen, open_account
from shared_services.identity.citizen.tests.signing import Sign, signer
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.registry.sites import TenantInfo
from tests.keycloak import KeycloakForTests


@pytest.fixture
def anna(db: None) -> Citizen:
    """Return somebody with an account, a password and nothing else."""
    return open_account("anna@example.org")


@pytest.fixture
def browser(visit: Callable[[str], Client]) -> Browser:
    """Return a browser with the cookies of each host apart."""
    return Browser(visit)


@pytest.fixture(scope="session")
def key() -> RSAKey:
    """Return the realm's key."""
    return RSAKey.generate_key(2048, {"kid": "realm", "use": "sig", "alg": "RS256"})


@pytest.fixture
def realm(key: RSAKey, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Realm]:
    """Play a realm whose key we have."""
    settings.VERBUND_KEYCLOAK_URL = "https://login.example"
    issuer = discovery.issuer()
    public = KeySet.import_key_set({"keys": [key.as_dict(private=False)]})
    made = Realm(issuer, f"{issuer}/auth", f"{issuer}/token", f"{issuer}/logout", public, time.monotonic())
    monkeypatch.setattr(discovery, "_ask", lambda _name: made)
    discovery.forget()
    yield made
    discovery.forget()


@pytest.fixture
def sign(realm: Realm, key: RSAKey) -> Sign:
    """Return what signs an ID token as the realm would, with changes."""
    return signer(realm, key)


@pytest.fixture
def person(keycloak: KeycloakForTests, gladbeck: TenantInfo) -> Iterator[Callable[[], Person]]:
    """Return what lets somebody new sit down."""
    discovery.forget()
    visitors: list[Visitor] = []

    def new() -> Person:
        visitors.append(Visitor(keycloak.issuer, "", ""))
        return Person(Client(headers={"host": gladbeck.host}), visitors[-1])

    yield new
    for one in visitors:
        one.close()
    discovery.forget()
