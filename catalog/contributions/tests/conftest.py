"""A contribution in the inbox, and browsers of those who decide on it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.conftest import PASSWORD
from catalog.decisions.services import set_override
from catalog.local.contributions import offer_value
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.editors.services import create_editor
from tenants.registry.sites import TenantInfo

SignIn = Callable[..., Client]


@pytest.fixture
def offered(
    gladbeck: TenantInfo, editor: Actor, service_id: Callable[[str], UUID], project: Callable[[], None]
) -> UUID:
    """A note of Gladbeck's, offered to the region."""
    certificate = service_id("meldebescheinigung")
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=certificate, field="notes", language="de", value="Bitte klingeln.")
        found = offer_value(
            actor=editor,
            service_id=certificate,
            field="notes",
            language="de",
            target="region:emscher-lippe",
            note="Gilt überall.",
        )
    project()
    return found


@pytest.fixture
def sign_in(visit: Callable[[str], Client], settings: Settings) -> SignIn:
    """Return what signs an editor in at a region's umbrella."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def signed_in(*roles: str, region: str = "emscher-lippe") -> Client:
        email = f"{'-'.join(roles)}@{region}.test"
        create_editor(
            actor=system_actor("tests"),
            region_slug=region,
            email=email,
            name="Rita Freigabe",
            roles=roles,
            scopes=[("region", region)],
            password=PASSWORD,
        )
        client = visit(f"{region}.localhost")
        answer = client.post("/redaktion/anmelden/", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return signed_in
