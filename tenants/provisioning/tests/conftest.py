"""The cast of provisioning's tests: operators of two regions, and wishes for towns that are not there yet."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from tenants.actors import Actor, system_actor
from tenants.provisioning.requests import OnboardingRequest
from tenants.registry.sites import directory

SYSTEM = system_actor("tests")
ASCHEBERG = "05558004"
NOTTULN = "05558032"


@pytest.fixture
def operator_of() -> Callable[[str], Actor]:
    """Return a person of the IT provider that runs a region."""

    def person(region_slug: str) -> Actor:
        operator = directory.snapshot().regions[region_slug].operator
        return Actor(kind="operator", name="Olga Betrieb", id=uuid4(), operator_id=operator.id)

    return person


def wish(slug: str = "ascheberg", ags: str = ASCHEBERG, **more: object) -> OnboardingRequest:
    """Return a wish that can be fulfilled, with changes."""
    return OnboardingRequest(slug=slug, ags=ags, **more)  # type: ignore[arg-type]
