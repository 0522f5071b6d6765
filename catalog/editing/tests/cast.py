"""Editors of a region with accounts, signed in at its umbrella."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tenants.actors import system_actor
from tenants.context import as_operator
from tenants.editors.selectors import list_grantable_scopes
from tenants.editors.services import create_editor

PASSWORD = "Zeche Moltke, Schacht 3"


def sign_in_editor(visit: Callable[[str], Client], region: str, *roles: str) -> Client:
    """Return a browser in which a new editor of the region's layers is signed in; by default with every role."""
    with as_operator():
        scopes = list_grantable_scopes(region=region)
    account = create_editor(
        actor=system_actor("tests"),
        region_slug=region,
        email=f"eike@{region}.test",
        name="Eike Redaktion",
        roles=roles or ("editor", "publisher"),
        scopes=scopes,
        password=PASSWORD,
    )
    client = visit(f"{region}.localhost")
    assert client.post("/redaktion/anmelden/", {"email": account.email, "password": PASSWORD}).status_code == 302
    return client
