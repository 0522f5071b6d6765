"""The cast of the portal's tests: staff of the town of the main journey, and what they enter."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from PIL import Image
from pytest_django import Settings

from shared_services.identity.tests.cast import attempt, make_staff
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    """Keep uploaded files of a test to itself."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    """Start in German: the language of an earlier test's last request stays active in the thread."""
    with translation.override("de"):
        yield


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


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 60)) -> io.BytesIO:
    """Return an image file."""
    file = io.BytesIO()
    Image.new("RGB", size, "#00596b").save(file, format=kind)
    file.seek(0)
    file.name = f"wappen.{kind.lower()}"
    return file
