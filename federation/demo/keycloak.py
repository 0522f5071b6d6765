"""The demo's staff, operators and editors as accounts in Keycloak, with the passwords of the built-in login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from federation.demo.files import password, read
from shared_services.identity.staff_oidc.places import find_place


def list_staff_accounts() -> Iterator[dict[str, Any]]:
    """Yield everybody of the demo's accounts, as `shared_services.identity.keycloak.cast.load_accounts` takes them."""
    accounts = read("accounts.yaml")
    for kind, scope in (("operators", "operator"), ("editors", "region"), ("staff", "tenant")):
        for row in accounts[kind]:
            first, _space, last = row["name"].partition(" ")
            yield {
                "user": row["user"],
                "email": row["user"],
                "first_name": first,
                "last_name": last,
                "password": password(role=row["role"], slug=row[scope]),
                "organisations": [find_place(row[scope] if kind != "operators" else "konsole").organisation],
            }
