"""The demo's staff, operators and editors as accounts in Keycloak, with the passwords of the built-in login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from federation.demo.files import password, read
from shared_services.identity.staff_oidc.places import Place, find_place


def list_staff_accounts() -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield everybody of the demo who works at a place, and the account as `keycloak.cast.load_accounts` takes it."""
    accounts = read("accounts.yaml")
    for kind, scope in (("operators", "operator"), ("editors", "region"), ("staff", "tenant")):
        for row in accounts[kind]:
            first, _space, last = row["name"].partition(" ")
            place = find_place("konsole" if kind == "operators" else row[scope])
            yield (
                place,
                {
                    "user": row["user"],
                    "email": row["user"],
                    "first_name": first,
                    "last_name": last,
                    "password": password(role=row["role"], slug=row[scope]),
                },
            )
