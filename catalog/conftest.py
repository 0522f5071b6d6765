"""The cast of the catalogue's tests: editors of two towns, and what they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from catalog.services.models import Responsibility, Service
from catalog.services.selectors import list_service_ids
from catalog.services.versions import keep_versions
from tenants.actors import Actor, system_actor
from tenants.context import as_operator, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.generations import touch_catalogue
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount

PASSWORD = "sehr-geheim-und-lang"  # noqa: S105 -- of a person in a test


@pytest.fixture
def editor(gladbeck: TenantInfo) -> Actor:
    """Return an editor of Gladbeck."""
    return Actor(
        kind="staff", name="Edda Redaktion", id=UUID(int=7), tenant_id=gladbeck.id, roles=frozenset({"editor"})
    )


@pytest.fixture
def stranger(dorsten: TenantInfo) -> Actor:
    """Return an editor of Dorsten, who has no business in Gladbeck."""
    return Actor(kind="staff", name="Dora", id=UUID(int=8), tenant_id=dorsten.id, roles=frozenset({"editor"}))


@pytest.fixture
def system() -> Actor:
    """Return the actor of commands."""
    return system_actor("tests")


@pytest.fixture
def service_id(gladbeck: TenantInfo) -> Callable[[str], UUID]:
    """Return the id of a published service by its slug."""

    def find(slug: str) -> UUID:
        with in_tenant(gladbeck.ref):
            return list_service_ids()[slug]

    return find


@pytest.fixture
def editor_client(gladbeck: TenantInfo, visit: Callable[[str], Client], settings: Settings) -> Client:
    """Return a browser in which an editor of Gladbeck is signed in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with in_tenant(gladbeck.ref):
        account = StaffAccount(email="edda@gladbeck.test", name="Edda Redaktion", roles=["editor"])
        account.set_password(PASSWORD)
        account.save()
    client = visit(gladbeck.host)
    answer = client.post("/verwaltung/anmelden/", {"email": "edda@gladbeck.test", "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def project() -> Callable[[], None]:
    """Return what the worker does: hand all waiting events to the projections."""

    def run() -> None:
        while project_waiting():
            pass

    return run


class Answer(Protocol):
    """Say who or what is responsible for a service in an area, and publish that."""

    def __call__(self, slug: str, *, area: str = "", role: str = "competent", **columns: object) -> None:
        """Write the row; a column that is not named is empty."""


@pytest.fixture
def make_responsible(db: None) -> Answer:
    """Return a function that changes who is responsible."""

    def make(slug: str, *, area: str = "", role: str = "competent", **columns: object) -> None:
        with as_operator(), transaction.atomic():
            service = Service.objects.get(slug=slug)
            Responsibility.objects.filter(service=service, area_prefix=area, role=role).delete()
            Responsibility.objects.create(service=service, area_prefix=area, role=role, **columns)
            keep_versions([service.id], author="Rita Region")
            touch_catalogue()

    return make


@pytest.fixture
def in_gladbeck(gladbeck: TenantInfo) -> Iterator[TenantInfo]:
    """Run the test inside Gladbeck."""
    with inside(gladbeck) as town:
        yield town


@contextmanager
def inside(town: TenantInfo) -> Iterator[TenantInfo]:
    """Enter a town."""
    with in_tenant(town.ref):
        yield town
