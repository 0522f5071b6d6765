"""Realms that play identity providers, with people who come back from them in every way that providers know.

For the demo and the tests: `deploy/keycloak/simulators.yaml`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shared_services.identity.keycloak.brokers import Representation
from shared_services.identity.keycloak.description import DEPLOY, load_yaml
from shared_services.identity.keycloak.extension import EVENT_LOG
from shared_services.identity.keycloak.generation import totp_credential
from shared_services.identity.keycloak.providers import providers
from shared_services.identity.keycloak.providers.base import (
    Protocol,
    ProviderEntry,
    ProviderKind,
    read_entry,
    read_places,
    said_of_portals,
)
from shared_services.identity.keycloak.representing import dumps

SIMULATORS_FILE: Final = DEPLOY / "simulators.yaml"
# Simulators hold invented people only, and stand in no deployment that people use.
CLIENT_SECRET: Final = "only-for-simulators"  # noqa: S105 -- see above
DIGEST: Final = "verbund.digest"
SIGNED_WITH: Final = "saml.signing.certificate"
_BROWSER: Final = "sim browser"
# Our attribute → Keycloak's own property of a user in a simulator, and the persona's key.
_PROPERTIES: Final = {
    "email": ("email", "email"),
    "contact_email": ("email", "email"),
    "firstName": ("firstName", "first_name"),
    "lastName": ("lastName", "last_name"),
    "username": ("username", "user"),
}


@dataclass(frozen=True)
class Simulator:
    """One realm that plays a provider, and how the portal's realm is told of it."""

    kind: ProviderKind
    alias: str
    realm: str
    display_name: str
    protocol: Protocol
    # Of a provider that ends: the day, and the alias of the one that follows.
    ends_on: str = ""
    successor: str = ""
    # As in a deployment's file: what portals say of themselves there.
    of_portals: Mapping[str, Any] = field(default_factory=dict)
    # Of a directory of staff: who comes by it, and over SAML in which attribute a person stays the same.
    places: tuple[str, ...] = ()
    person_attribute: str = ""

    def entry(self, url: str, *, portal_realm: str) -> ProviderEntry:
        """Return the provider as a deployment's file would name it. `url` is Keycloak's own address."""
        issuer = f"{url}/realms/{self.realm}"
        own = {
            "kind": self.kind.kind,
            "alias": self.alias,
            "display_name": self.display_name,
            **self.of_portals,
            **({"places": list(self.places)} if self.places else {}),
        }
        if self.protocol == "oidc":
            return read_entry(
                {**own, "protocol": "oidc", "issuer": issuer, "client_id": portal_realm, "client_secret": CLIENT_SECRET}
            )
        saml = f"{issuer}/protocol/saml"
        addresses = {"entity_id": issuer, "sso_url": saml, "metadata_url": f"{saml}/descriptor"}
        return read_entry({**own, **addresses, "protocol": "saml", "person_attribute": self.person_attribute})


@dataclass(frozen=True)
class Cast:
    """Simulators, the people in them, and people with an account in the portal's realm itself."""

    simulators: tuple[Simulator, ...]
    personas: tuple[Mapping[str, Any], ...]
    accounts: tuple[Mapping[str, Any], ...]


def load_cast(path: Path = SIMULATORS_FILE) -> Cast:
    """Read the file. Raises: DescriptionError."""
    data = load_yaml(path)
    return Cast(
        simulators=tuple(
            Simulator(
                kind=providers.get(row["kind"]),
                alias=row["alias"],
                realm=row["realm"],
                display_name=row["display_name"],
                protocol=row["protocol"],
                ends_on=str(row.get("ends_on", "")),
                successor=row.get("successor", ""),
                of_portals=said_of_portals(row),
                places=read_places(row),
                person_attribute=row.get("person_attribute", ""),
            )
            for row in data["simulators"]
        ),
        personas=tuple(data["personas"]),
        accounts=tuple(data["accounts"]),
    )


def password_of(user: str) -> str:
    """Return the password of somebody in a simulator, or of an account of the cast."""
    return f"{user}-passwort"


def build_simulator(simulator: Simulator, cast: Cast, *, url: str) -> Representation:
    """Return the realm of a simulator, without the clients of those that ask it. Its print stands in its attributes."""
    realm: Representation = {
        "realm": simulator.realm,
        "enabled": True,
        "displayName": simulator.display_name,
        "internationalizationEnabled": True,
        "supportedLocales": ["de", "en"],
        "defaultLocale": "de",
        "loginTheme": "keycloak.v2",
        "eventsListeners": [EVENT_LOG],
        # Two people may share an address, as with real providers.
        "loginWithEmailAllowed": False,
        "duplicateEmailsAllowed": True,
        # Invented people's passwords need no protection, and a dozen good hashes take long to make.
        "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
        "components": {
            "org.keycloak.userprofile.UserProfileProvider": [
                {
                    "providerId": "declarative-user-profile",
                    "config": {"kc.user.profile.config": [dumps(_OPEN_PROFILE)]},
                }
            ]
        },
        "requiredActions": [
            {
                "alias": "TERMS_AND_CONDITIONS",
                "name": "Einwilligung",
                "providerId": "TERMS_AND_CONDITIONS",
                "enabled": True,
                "defaultAction": False,
                "priority": 20,
                "config": {},
            }
        ],
        "browserFlow": _BROWSER,
        **_FLOWS,
        "users": [_user(simulator, persona) for persona in cast.personas],
    }
    # What a client would be is part of the print: one that changes has the realm made anew.
    digest = hashlib.sha256(dumps([realm, build_client(simulator, url=url, portal_realm="any")]).encode()).hexdigest()
    return {**realm, "attributes": {DIGEST: digest}}


def build_account(account: Mapping[str, Any], *, realm: str) -> Representation:
    """Return a person with an account in the portal's realm."""
    password = account.get("password") or password_of(account["user"])
    credentials = [{"type": "password", "value": password, "temporary": False}]
    if account.get("factor"):
        credentials.append(totp_credential(account["factor"]))
    return {
        "username": account["user"],
        "enabled": True,
        "emailVerified": True,
        "email": account["email"],
        "firstName": account["first_name"],
        "lastName": account["last_name"],
        "credentials": credentials,
        "realmRoles": [f"default-roles-{realm}"],
    }


_OPEN_PROFILE: Final = {
    "attributes": [
        {"name": name, "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}}
        for name in ("username", "email", "firstName", "lastName")
    ],
    "unmanagedAttributePolicy": "ENABLED",
}
# A password, and then for one of the cast an error of the provider's own.
_FLOWS: Final = {
    "authenticationFlows": [
        {
            "alias": _BROWSER,
            "providerId": "basic-flow",
            "topLevel": True,
            "builtIn": False,
            "authenticationExecutions": [
                {
                    "authenticator": "auth-username-password-form",
                    "requirement": "REQUIRED",
                    "priority": 10,
                    "authenticatorFlow": False,
                },
                {
                    "flowAlias": "sim fails",
                    "requirement": "CONDITIONAL",
                    "priority": 20,
                    "authenticatorFlow": True,
                },
            ],
        },
        {
            "alias": "sim fails",
            "providerId": "basic-flow",
            "topLevel": False,
            "builtIn": False,
            "authenticationExecutions": [
                {
                    "authenticator": "conditional-user-attribute",
                    "requirement": "REQUIRED",
                    "priority": 10,
                    "authenticatorFlow": False,
                    "authenticatorConfig": "sim is to fail",
                },
                {
                    "authenticator": "deny-access-authenticator",
                    "requirement": "REQUIRED",
                    "priority": 20,
                    "authenticatorFlow": False,
                    "authenticatorConfig": "sim refuses",
                },
            ],
        },
    ],
    "authenticatorConfig": [
        {
            "alias": "sim is to fail",
            "config": {
                "attribute_name": "outcome",
                "attribute_expected_value": "error",
                "regex": "false",
                "not": "false",
            },
        },
        {"alias": "sim refuses", "config": {"denyErrorMessage": "Störung beim Anbieter (Simulation)"}},
    ],
}


def _user(simulator: Simulator, persona: Mapping[str, Any]) -> Representation:
    user = persona["user"]
    told = {
        name: [value]
        for name, value in _tells(simulator.kind, persona).items()
        if value and name in simulator.kind.tells and name not in _PROPERTIES
    }
    if persona.get("outcome"):
        told["outcome"] = [persona["outcome"]]
    built_in = {name: persona[key] for name, key in _PROPERTIES.values() if key in persona}
    return {
        "username": user,
        "enabled": True,
        "emailVerified": True,
        **built_in,
        "attributes": told,
        "credentials": [{"type": "password", "value": password_of(user), "temporary": False}],
        "requiredActions": ["TERMS_AND_CONDITIONS"] if persona.get("outcome") == "cancel" else [],
        "realmRoles": [f"default-roles-{simulator.realm}"],
    }


def _tells(kind: ProviderKind, persona: Mapping[str, Any]) -> dict[str, str]:
    """Return our attributes with the values that this provider knows of a person, in its own words."""
    level = persona.get("level_as_said") or kind.level_words.get(persona.get("level", ""), "")
    user = persona["user"]
    return {
        **{name: str(value) for name, value in persona.items()},
        "trust_level": level,
        "bpk2": persona.get("bpk2", f"bpk2-{user}"),
        "organisation_id": persona.get("organisation_id", f"organisation-{user}"),
    }


def list_told(kind: ProviderKind, persona: Mapping[str, Any]) -> dict[str, str]:
    """Return what this provider says of a person: our attribute -> value, in its own words; empty where it has none."""
    found = _tells(kind, persona)
    return {name: found.get(_PROPERTIES[name][1] if name in _PROPERTIES else name, "") for name in kind.tells}


def build_client(simulator: Simulator, *, url: str, portal_realm: str, certificate: str = "") -> Representation:
    """Return the client by which a portal's realm asks a simulator. `url` is Keycloak's own address.

    `certificate`: what the portal's realm signs with (DER in base64). Over SAML other requests are refused then.
    """
    portal = f"{url}/realms/{portal_realm}"
    endpoint = f"{portal}/broker/{simulator.alias}/endpoint"
    if simulator.protocol == "oidc":
        return {
            # One portal realm asks in a demo; the tests have more of them, one for each process.
            "clientId": portal_realm,
            "enabled": True,
            "publicClient": False,
            "secret": CLIENT_SECRET,
            "redirectUris": [endpoint],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "post.logout.redirect.uris": f"{endpoint}/logout_response",
            },
            "defaultClientScopes": ["basic", "acr", *simulator.kind.scope.split()[1:]],
            "protocolMappers": [_oidc_mapper(name, told.oidc) for name, told in _told(simulator)],
        }
    return {
        "clientId": portal,
        "enabled": True,
        "protocol": "saml",
        "frontchannelLogout": True,
        "redirectUris": [endpoint],
        "attributes": {
            "saml.assertion.signature": "true",
            "saml.server.signature": "true",
            "saml.signature.algorithm": "RSA_SHA256",
            "saml.client.signature": "true",
            SIGNED_WITH: certificate,
            "saml.force.post.binding": "true",
            "saml.authnstatement": "true",
            # As the real ones do: another name at every login.
            "saml_name_id_format": "transient",
            "saml_force_name_id_format": "true",
            "saml_assertion_consumer_url_post": endpoint,
        },
        "protocolMappers": [
            *(_saml_mapper(name, told.saml) for name, told in _told(simulator)),
            *([_saml_mapper("username", simulator.person_attribute)] if simulator.person_attribute else []),
        ],
    }


def _told(simulator: Simulator) -> Iterator[tuple[str, Any]]:
    for name, told in simulator.kind.tells.items():
        if told.name(simulator.protocol):
            yield name, told


def _oidc_mapper(attribute: str, claim: str) -> Representation:
    kind, source = _source(attribute)
    return {
        "name": attribute,
        "protocol": "openid-connect",
        "protocolMapper": f"oidc-usermodel-{kind}-mapper",
        "config": {
            "user.attribute": source,
            "claim.name": claim,
            "jsonType.label": "String",
            "id.token.claim": "true",
            "access.token.claim": "true",
            "userinfo.token.claim": "true",
        },
    }


def _saml_mapper(attribute: str, name: str) -> Representation:
    kind, source = _source(attribute)
    return {
        "name": attribute,
        "protocol": "saml",
        "protocolMapper": f"saml-user-{kind}-mapper",
        "config": {"user.attribute": source, "attribute.name": name, "attribute.nameformat": "Basic"},
    }


def _source(attribute: str) -> tuple[str, str]:
    """Return where a simulator has something: in a property of Keycloak's own or an attribute, and its name."""
    if attribute in _PROPERTIES:
        return "property", _PROPERTIES[attribute][0]
    return "attribute", attribute
