"""Visitors at Keycloak's own pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from shared_services.identity.keycloak.clients import credentials_of
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.registry.sites import TenantInfo, directory
from tests.keycloak import KeycloakForTests


@pytest.fixture
def visitor(keycloak: KeycloakForTests, gladbeck: TenantInfo) -> Iterator[Callable[[], Visitor]]:
    """Return a new browser each time, of somebody who comes from Gladbeck's portal."""
    site = directory.resolve(gladbeck.host)
    assert site is not None
    client = credentials_of(site)
    opened: list[Visitor] = []

    def open_one() -> Visitor:
        opened.append(Visitor(keycloak.issuer, client.client_id, client.secret))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
