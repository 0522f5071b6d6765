"""The client of each portal: what it is called, where it may send people back to, and what Keycloak is told of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings

from shared_services.identity.keycloak.representing import SCOPE, dumps
from shared_services.identity.keycloak.secrets import client_secret
from tenants.links import public_url
from tenants.registry.sites import RegionInfo, Site, Snapshot, TenantInfo

# Paths of every portal that Keycloak knows; routes and client must agree, and a test holds it.
CALLBACK_PATH: Final = "/konto/anmelden/zurueck/"
SIGNED_OUT_PATH: Final = "/konto/abgemeldet/"
BACKCHANNEL_PATH: Final = "/konto/abmeldung/"
# Where those who work here come back: an address of their own, so that a code for one area opens no other.
_WORK_CALLBACKS: Final[Mapping[str, str]] = {
    "tenant": "/verwaltung/anmelden/zurueck/",
    "umbrella": "/redaktion/anmelden/zurueck/",
    "console": "/anmelden/zurueck/",
}

_TOWN: Final = "portal-"
_UMBRELLA: Final = "umbrella-"
_CONSOLE: Final = "console"
# An underscore stands in no slug: no town can be called like one of these.
_EDITORS_OF: Final = "redaktion_"
_OPERATORS: Final = "konsole_betrieb"
# Whose a client is stands in it: others in the realm are none of our business.
OWNER_ATTRIBUTE: Final = "verbund.site"
# The login theme reads these; see deploy/keycloak/themes.
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_COLOURS: Final = ("primary", "on_primary", "header_background", "header_text", "focus")


@dataclass(frozen=True)
class WantedClient:
    """A portal's client, and the organisation of its municipality, as Keycloak shall have them."""

    site: str
    client_id: str
    representation: dict[str, Any] = field(repr=False)
    organisation: dict[str, Any] | None = None

    @property
    def print(self) -> str:
        """Return the print of all of it, secret included."""
        return hashlib.sha256(dumps([self.representation, self.organisation]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Credentials:
    """With what a portal shows Keycloak who it is."""

    client_id: str
    secret: str = field(repr=False)


def credentials_of(site: Site) -> Credentials:
    """Return the client of the portal that a request is at. No query. Raises: ExternalPermanent without a key."""
    client_id = _client_id(site)
    return Credentials(client_id, client_secret(client_id))


def work_callback_path(kind: str) -> str:
    """Return where those who work at a kind of site come back from Keycloak."""
    return _WORK_CALLBACKS[kind]


def organisation_alias(site: Site) -> str:
    """Return the organisation of those who work at a site: a town's staff, a region's editors, the operators."""
    if site.tenant is not None:
        return site.tenant.slug
    return f"{_EDITORS_OF}{site.region.slug}" if site.region is not None else _OPERATORS


def organisation_domain(alias: str) -> str:
    """Return the domain that Keycloak wants of an organisation; nobody becomes a member by an address of it."""
    return f"{alias.replace('_', '.')}.verbund.invalid"


def list_wanted(snapshot: Snapshot) -> list[WantedClient]:
    """Return the clients of all portals of the deployment: umbrellas, console, towns."""
    regions = snapshot.regions
    wanted = [_of_region(region) for region in regions.values()]
    wanted.append(_of_console())
    towns = (tenant for tenant in snapshot.tenants.values() if tenant.host)
    wanted.extend(_of_tenant(tenant, regions[tenant.region_slug]) for tenant in towns)
    return wanted


def _client_id(site: Site) -> str:
    if site.tenant is not None:
        return f"{_TOWN}{site.tenant.slug}"
    return f"{_UMBRELLA}{site.region.slug}" if site.region is not None else _CONSOLE


def _of_console() -> WantedClient:
    site, host = "console:", settings.VERBUND_CONSOLE_HOST
    representation = _representation(_CONSOLE, site=site, host=host, name="Konsole", callback="console")
    return WantedClient(site, _CONSOLE, representation, _organisation(_OPERATORS, site=site, name="Konsole"))


def _of_region(region: RegionInfo) -> WantedClient:
    site, client_id = f"umbrella:{region.slug}", f"{_UMBRELLA}{region.slug}"
    representation = _representation(
        client_id, site=site, host=region.host, name=region.name, callback="umbrella", region=region
    )
    organisation = _organisation(f"{_EDITORS_OF}{region.slug}", site=site, name=f"Redaktion {region.name}")
    return WantedClient(site, client_id, representation, organisation)


def _of_tenant(tenant: TenantInfo, region: RegionInfo) -> WantedClient:
    site, client_id = f"tenant:{tenant.id}", f"{_TOWN}{tenant.slug}"
    name = tenant.official_name or tenant.name
    representation = _representation(
        client_id, site=site, host=tenant.host, name=name, callback="tenant", region=region, town=tenant.slug
    )
    return WantedClient(site, client_id, representation, _organisation(tenant.slug, site=site, name=name))


def _organisation(alias: str, *, site: str, name: str) -> dict[str, Any]:
    return {
        "name": f"{name} ({alias})",
        "alias": alias,
        "enabled": True,
        "attributes": {OWNER_ATTRIBUTE: [site]},
        "domains": [{"name": organisation_domain(alias), "verified": False}],
    }


def _representation(
    client_id: str, *, site: str, host: str, name: str, callback: str, region: RegionInfo | None = None, town: str = ""
) -> dict[str, Any]:
    return {
        "clientId": client_id,
        "name": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": client_secret(client_id),
        "baseUrl": public_url(host),
        # Exact addresses: a wildcard would let any page of the host receive a code.
        "redirectUris": [public_url(host, CALLBACK_PATH), public_url(host, work_callback_path(callback))],
        "webOrigins": [],
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        "consentRequired": False,
        "frontchannelLogout": False,
        "defaultClientScopes": ["basic", "acr", "profile", "email", SCOPE],
        "optionalClientScopes": ["organization"],
        "attributes": {
            OWNER_ATTRIBUTE: site,
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": public_url(host, SIGNED_OUT_PATH),
            "backchannel.logout.url": public_url(host, BACKCHANNEL_PATH),
            "backchannel.logout.session.required": "true",
            "backchannel.logout.revoke.offline.tokens": "false",
            "verbund.region": region.name if region is not None else "",
            # Where the theme leads whoever has no account or no password: to our forms.
            "verbund.umbrella": public_url(region.host, "") if region is not None else "",
            "verbund.town": town,
            **(_colours(region.theme) if region is not None else {}),
        },
    }


def _colours(theme: Mapping[str, object]) -> dict[str, str]:
    """Return a region's colours under the names that the login theme reads; what is no colour is left out."""
    found: dict[str, str] = {}
    for mode in ("light", "dark"):
        palette = theme.get(mode)
        for name in _COLOURS:
            value = palette.get(name) if isinstance(palette, Mapping) else None
            if isinstance(value, str) and _COLOUR.fullmatch(value):
                found[f"verbund.{mode}.{name}"] = value
    return found
