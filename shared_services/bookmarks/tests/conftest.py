"""A citizen with an account who is signed in at Gladbeck."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shared_services.identity.citizen.tests.cast import Browser, Citizen, open_account
from tenants.actors import Actor
from tenants.registry.sites import TenantInfo


@pytest.fixture
def anna(db: None) -> Citizen:
    """Return somebody with an account."""
    return open_account("anna@example.org")


@pytest.fixture
def annas(anna: Citizen) -> Actor:
    """Return her as who acts."""
    return Actor(kind="citizen", id=anna.id)


@pytest.fixture
def browser(anna: Citizen, gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Browser:
    """Return her browser, signed in at Gladbeck."""
    found = Browser(visit)
    found.sign_in(anna, host=gladbeck.host)
    return found
