"""The cast of the editing's tests: who writes and who publishes for the region, and one from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.conftest import PASSWORD
from catalog.editing.places import Scope
from catalog.resolution.values import Layer
from catalog.services.models import LayerValue, Service
from catalog.services.versions import keep_versions
from tenants.actors import Actor, system_actor
from tenants.context import as_editor
from tenants.editors.services import create_editor

REGION = Scope(Layer.REGION, "emscher-lippe")
FEDERATION = Scope(Layer.FEDERATION, "")


def person(name: str, number: int, *roles: str, scopes: tuple[Scope, ...] = (REGION, FEDERATION)) -> Actor:
    """Return an editor of the region Emscher-Lippe."""
    return Actor(
        kind="editor",
        name=name,
        id=UUID(int=number),
        roles=frozenset(roles),
        region="emscher-lippe",
        scopes=frozenset(one.pair for one in scopes),
    )


@pytest.fixture
def rosa() -> Actor:
    """Return an editor who writes."""
    return person("Rosa Redaktion", 11, "editor")


@pytest.fixture
def emil() -> Actor:
    """Return a second editor who writes."""
    return person("Emil Redaktion", 12, "editor")


@pytest.fixture
def frida() -> Actor:
    """Return an editor who writes and publishes."""
    return person("Frida Freigabe", 13, "editor", "publisher")


@pytest.fixture
def kurt() -> Actor:
    """Return a publisher of a district only."""
    return person("Kurt Kreis", 14, "editor", "publisher", scopes=(Scope(Layer.DISTRICT, "05562"),))


@pytest.fixture
def dog(db: None) -> UUID:
    """Return the id of the service with which towns do most; the region says nothing on it yet."""
    found = id_of("hund-anmelden")
    with as_editor():
        LayerValue.objects.filter(service_id=found, layer=REGION.layer, area=REGION.area).delete()
        keep_versions([found], author="Anfang")
    return found


def id_of(slug: str) -> UUID:
    """Return a service's id."""
    with as_editor():
        return Service.objects.get(slug=slug).id


@pytest.fixture
def desk(visit: Callable[[str], Client], settings: Settings) -> Callable[..., Client]:
    """Return a browser in which an editor of the region is signed in, at the region's and the federal layer."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def sign_in(*roles: str) -> Client:
        name = roles[-1]
        create_editor(
            actor=system_actor("tests"),
            region_slug="emscher-lippe",
            email=f"{name}@emscher-lippe.test",
            name=f"Pia {name}",
            roles=roles,
            scopes=[REGION.pair, FEDERATION.pair],
            password=PASSWORD,
        )
        client = visit("emscher-lippe.localhost")
        answer = client.post("/redaktion/anmelden/", {"email": f"{name}@emscher-lippe.test", "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in


@pytest.fixture
def writer(desk: Callable[..., Client]) -> Client:
    """Return the browser of who writes."""
    return desk("editor")


@pytest.fixture
def publisher(desk: Callable[..., Client]) -> Client:
    """Return the browser of who writes and publishes."""
    return desk("editor", "publisher")
