"""The cast of identity's tests: accounts are made through the services, in the town of the main journey."""

from __future__ import annotations

from typing import Any, Final, Protocol

from django.test import Client

from tenants.accounts import AccountInfo
from tenants.actors import system_actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.services import create_account

PASSWORD: Final = "Zeche Moltke, Schacht 3"
SYSTEM: Final = system_actor("tests")
CONSOLE: Final = "konsole.localhost"


def make_staff(tenant: TenantInfo, email: str, *roles: str) -> AccountInfo:
    """Create an account with the cast's password."""
    name = email.partition("@")[0].replace(".", " ").title()
    with in_tenant(tenant.ref):
        return create_account(actor=SYSTEM, email=email, name=name, password=PASSWORD, roles=roles or ("editor",))


def attempt(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the sign-in form of the client's host."""
    path = "/anmelden/" if client.defaults["HTTP_HOST"] == CONSOLE else "/verwaltung/anmelden/"
    return client.post(path, {"email": email, "password": password, **more})


class Answer(Protocol):
    """What the test client returns, as far as these tests look."""

    content: bytes
    status_code: int


def text_of(response: Answer) -> str:
    """Return the page as text."""
    return response.content.decode()
