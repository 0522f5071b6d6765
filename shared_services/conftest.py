"""The cast of the shared services' tests: an editor of Gladbeck at a desk, a neighbour, a citizen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from shared_services.identity.tests.cast import attempt, make_staff
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo


@pytest.fixture
def editor(gladbeck: TenantInfo) -> Actor:
    """Return an editor of Gladbeck."""
    return make_staff(gladbeck, "edda.redaktion@gladbeck.test", "editor").as_actor()


@pytest.fixture
def neighbour(dorsten: TenantInfo) -> Actor:
    """Return an editor of the town next door."""
    return make_staff(dorsten, "nora.nachbarin@dorsten.test", "editor").as_actor()


@pytest.fixture
def citizen(visit: Callable[[str], Client], gladbeck: TenantInfo) -> Client:
    """Return the browser of somebody who has not signed in."""
    return visit(gladbeck.host)


@pytest.fixture
def desk(visit: Callable[[str], Client], gladbeck: TenantInfo, editor: Actor) -> Client:
    """Return the browser in which the editor of Gladbeck is signed in."""
    client = visit(gladbeck.host)
    assert attempt(client, "edda.redaktion@gladbeck.test").status_code == 302
    return client


@pytest.fixture
def in_gladbeck(gladbeck: TenantInfo) -> Iterator[TenantInfo]:
    """Run the test inside Gladbeck."""
    with in_tenant(gladbeck.ref):
        yield gladbeck
