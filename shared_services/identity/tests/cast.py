"""The cast of identity's tests: accounts are made through the services, in the town of the main journey."""

from __future__ import annotations

from typing import Any, Final, Protocol

from django.test import Client

from tenants.accounts import AccountInfo
from tenants.actors import system_actor
from tenants.context import as_operator, in_tenant
from tenants.editors.selectors import list_grantable_scopes
from tenants.editors.services import create_editor
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo
from tenants.staff.services import create_account

PASSWORD: Final = "Zeche Moltke, Schacht 3"
SYSTEM: Final = system_actor("tests")
CONSOLE: Final = "konsole.localhost"
UMBRELLAS: Final = ("emscher-lippe.localhost", "muensterland.localhost", "modellkommunen.localhost")


def make_staff(tenant: TenantInfo, email: str, *roles: str) -> AccountInfo:
    """Create an account with the cast's password; clerks work for some office."""
    name = email.partition("@")[0].replace(".", " ").title()
    with in_tenant(tenant.ref):
        return create_account(
            actor=SYSTEM,
            email=email,
            name=name,
            password=PASSWORD,
            roles=roles or ("editor",),
            offices=[uuid7()] if "clerk" in roles else [],
        )


def make_editor(region: str, *roles: str, email: str = "") -> AccountInfo:
    """Create an account for the layers of a region with the cast's password; by default with every role."""
    with as_operator():
        scopes = list_grantable_scopes(region=region)
    return create_editor(
        actor=SYSTEM,
        region_slug=region,
        email=email or f"eike@{region}.test",
        name="Eike Redaktion",
        roles=roles or ("editor", "publisher"),
        scopes=scopes,
        password=PASSWORD,
    )


def sign_in_path(host: str) -> str:
    """Return where people sign in at a host of the demo."""
    if host == CONSOLE:
        return "/anmelden/"
    return "/redaktion/anmelden/" if host in UMBRELLAS else "/verwaltung/anmelden/"


def attempt(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the sign-in form of the client's host."""
    return client.post(sign_in_path(client.defaults["HTTP_HOST"]), {"email": email, "password": password, **more})


class Answer(Protocol):
    """What the test client returns, as far as these tests look."""

    content: bytes
    status_code: int


def text_of(response: Answer) -> str:
    """Return the page as text."""
    return response.content.decode()
