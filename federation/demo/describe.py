"""The demo's addresses and accounts, for scripts and for the end of `make demo`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from federation.demo.files import password, read
from shared_services.identity.keycloak.simulators import load_cast, password_of
from shared_services.identity.keycloak.switch import uses_keycloak
from tenants.links import public_url
from tenants.registry.sites import directory

# Staff of the towns sign in at their town.
_SIGN_IN: Final = {
    "operator": "/anmelden/",
    "citizen": "/konto/anmelden/",
    "region-editor": "/redaktion/anmelden/",
    "region-publisher": "/redaktion/anmelden/",
}


def describe_demo() -> dict[str, Any]:
    """Return regions, tenants, the operators' console and the accounts that sign in there."""
    snapshot = directory.snapshot()
    console = settings.VERBUND_CONSOLE_HOST
    accounts = read("accounts.yaml")
    return {
        "regions": [_portal(one.slug, one.name, one.host) for one in snapshot.regions.values()],
        "tenants": [
            {**_portal(one.slug, one.name, one.host), "region": one.region_slug, "state": one.life}
            for one in snapshot.tenants.values()
        ],
        "console": {"name": "Konsole für IT-Dienstleister", "host": console, "url": public_url(console)},
        "accounts": [
            *(_account(row, slug=row["operator"], host=console) for row in accounts["operators"]),
            *(
                _account(row, slug=row["region"], host=snapshot.regions[row["region"]].host)
                for row in (*([] if uses_keycloak() else accounts["citizens"]), *accounts["editors"])
                if row["region"] in snapshot.regions
            ),
            *(_citizen_at_keycloak(row) for row in (load_cast().accounts if uses_keycloak() else ())),
            *(
                _account(row, slug=row["tenant"], host=snapshot.tenants[row["tenant"]].host)
                for row in accounts["staff"]
                if row["tenant"] in snapshot.tenants
            ),
        ],
    }


def _portal(slug: str, name: str, host: str) -> dict[str, str]:
    return {"slug": slug, "name": name, "host": host, "url": public_url(host)}


def _citizen_at_keycloak(row: Mapping[str, Any]) -> dict[str, str]:
    """Return one of those who have an account in Keycloak's realm; its simulated providers know more people."""
    region = next(iter(directory.snapshot().regions.values()))
    return {
        "role": "citizen",
        "user": row["user"],
        "password": password_of(row["user"]),
        "name": f"{row['first_name']} {row['last_name']}",
        "scope": region.slug,
        "host": region.host,
        "url": public_url(region.host, _SIGN_IN["citizen"]),
    }


def _account(row: dict[str, str], *, slug: str, host: str) -> dict[str, str]:
    page = _SIGN_IN.get(row["role"], "/verwaltung/anmelden/")
    return {
        "role": row["role"],
        "user": row["user"],
        "password": password(role=row["role"], slug=slug),
        "name": row["name"],
        "scope": slug,
        "host": host,
        "url": public_url(host, page),
    }
