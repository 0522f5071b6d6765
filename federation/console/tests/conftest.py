"""The cast of the console: a person of each of two IT providers, signed in on the console's host."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client

from federation.console import errors_noted
from tenants.actors import system_actor
from tenants.operators.services import create_operator_account
from tenants.registry.sites import directory

PASSWORD = "Zeche Moltke, Schacht 3"
SYSTEM = system_actor("tests")


def sign_in(region_slug: str, email: str) -> Client:
    """Return a browser in which a new person of the region's provider is signed in."""
    operator = directory.snapshot().regions[region_slug].operator
    create_operator_account(
        actor=SYSTEM, operator_slug=operator.slug, email=email, name="Olga Betrieb", password=PASSWORD
    )
    client = Client(headers={"host": settings.VERBUND_CONSOLE_HOST})
    assert client.post("/anmelden/", {"email": email, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def olga(db: None) -> Client:
    """Return the browser of a person who runs Emscher-Lippe."""
    return sign_in("emscher-lippe", "olga@provider.test")


@pytest.fixture
def matthis(db: None) -> Client:
    """Return the browser of a person who runs the Münsterland."""
    return sign_in("muensterland", "matthis@provider.test")


@pytest.fixture(autouse=True)
def _no_error_noted_yet() -> Iterator[None]:
    """Let every test note errors at once."""
    errors_noted._noted_at.clear()
    yield
    errors_noted._waiting.set(None)


@pytest.fixture
def signed_in_anew() -> Callable[[str], Client]:
    """Return a way to sign in where the test has a database of its own."""
    return lambda region_slug: sign_in(region_slug, f"{region_slug}@provider.test")
