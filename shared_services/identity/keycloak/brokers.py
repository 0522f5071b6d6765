"""Identity providers as Keycloak's broker takes them: the entry and its mappers, for OpenID Connect and for SAML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared_services.identity.keycloak.extension import NO_ADDRESS, TIME_OF_PROOF
from shared_services.identity.keycloak.flows import FIRST_BROKER, POST_BROKER
from shared_services.identity.keycloak.providers import providers
from shared_services.identity.keycloak.providers.base import (
    Protocol,
    ProviderEntry,
    ProviderKind,
    require_places,
)
from shared_services.identity.keycloak.providers.introductions import (
    Introduction,
    check_together,
    read_introduction,
)

Representation = dict[str, Any]
# People may change their names at Keycloak; what a provider told is kept beside them, where they can't.
_ALSO_AS: Final = {"firstName": "told_first_name", "lastName": "told_last_name"}


@dataclass(frozen=True)
class Broker:
    """A provider and its mappers, as Keycloak writes both."""

    provider: Representation
    mappers: tuple[Representation, ...]


def build_brokers(entries: Iterable[ProviderEntry], *, realm_url: str) -> tuple[Broker, ...]:
    """Return every provider of a deployment. `realm_url` is the address of the realm that asks them.

    Raises: DescriptionError for an unknown kind, a missing value, or introductions that don't go together.
    """
    entries = tuple(entries)
    introductions = {entry.alias: _introduction(entry) for entry in entries}
    check_together(introductions)
    return tuple(_broker(entry, realm_url, introductions[entry.alias]) for entry in entries)


def _introduction(entry: ProviderEntry) -> Introduction:
    kind = providers.get(entry.kind)
    return read_introduction(
        entry.of_portals, alias=entry.alias, protocol=entry.protocol, kind=kind, config=entry.config
    )


def _broker(entry: ProviderEntry, realm_url: str, introduction: Introduction) -> Broker:
    kind = providers.get(entry.kind)
    require_places(kind, entry.places, alias=entry.alias)
    config = (
        _oidc(entry, kind, introduction)
        if entry.protocol == "oidc"
        else {**_saml(entry, kind, realm_url), **_saml_extension(entry, kind, introduction)}
    )
    provider = {
        "alias": entry.alias,
        "displayName": entry.display_name,
        "providerId": entry.protocol,
        "enabled": True,
        # What they tell as an address is never an account's own (`NO_ADDRESS`), and proves nothing.
        "trustEmail": False,
        "storeToken": False,
        "linkOnly": False,
        # Those who work somewhere are led to their directory from there; a thousand of them would bury the rest.
        "hideOnLogin": kind.for_staff,
        "firstBrokerLoginFlowAlias": FIRST_BROKER,
        "postBrokerLoginFlowAlias": POST_BROKER,
        # What the provider says holds at every login, a level above all.
        "config": {"syncMode": "FORCE", **config},
    }
    return Broker(provider, tuple(_mappers(entry, kind)))


def _oidc(entry: ProviderEntry, kind: ProviderKind, introduction: Introduction) -> Mapping[str, str]:
    issuer = entry.need("issuer").rstrip("/")
    secret = entry.need("client_secret")
    endpoints = {
        "authorizationUrl": entry.config.get("authorization_url") or f"{issuer}/protocol/openid-connect/auth",
        "tokenUrl": entry.config.get("token_url") or f"{issuer}/protocol/openid-connect/token",
        "userInfoUrl": entry.config.get("userinfo_url") or f"{issuer}/protocol/openid-connect/userinfo",
        "jwksUrl": entry.config.get("jwks_url") or f"{issuer}/protocol/openid-connect/certs",
        "logoutUrl": entry.config.get("logout_url") or f"{issuer}/protocol/openid-connect/logout",
    }
    return {
        "issuer": issuer,
        **endpoints,
        "useJwksUrl": "true",
        "validateSignature": "true",
        "clientId": entry.need("client_id"),
        "clientSecret": secret,
        # Keycloak shows no secret again: its print tells whether it is still the one.
        "verbundSecretPrint": hashlib.sha256(f"{entry.alias}:{secret}".encode()).hexdigest()[:16],
        "clientAuthMethod": "client_secret_basic",
        "pkceEnabled": "true",
        "pkceMethod": "S256",
        "defaultScope": entry.config.get("scope") or kind.scope,
        # Which portal asks stands in the portal's own request, and Keycloak hands on what is named here, nothing else.
        "forwardParameters": ",".join(("acr_values", *introduction.parameters)),
    }


def _saml(entry: ProviderEntry, kind: ProviderKind, realm_url: str) -> Mapping[str, str]:
    return {
        "idpEntityId": entry.need("entity_id"),
        "entityId": realm_url,
        "singleSignOnServiceUrl": entry.need("sso_url"),
        "nameIDPolicyFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        # NameID may change from login to login.
        "principalType": "ATTRIBUTE",
        "principalAttribute": _person_attribute(entry, kind),
        "postBindingResponse": "true",
        "postBindingAuthnRequest": "true",
        "wantAssertionsSigned": "true",
        "wantAuthnRequestsSigned": "true",
        "signatureAlgorithm": "RSA_SHA256",
        "validateSignature": "true",
        "useMetadataDescriptorUrl": "true",
        "metadataDescriptorUrl": entry.need("metadata_url"),
        "xmlSigKeyInfoKeyNameTransformer": "KEY_ID",
    }


def _person_attribute(entry: ProviderEntry, kind: ProviderKind) -> str:
    """Return in which attribute over SAML a person stays the same. Raises: DescriptionError where nobody says."""
    return kind.tells[kind.identified_by].saml if kind.identified_by else entry.need("person_attribute")


def _saml_extension(entry: ProviderEntry, kind: ProviderKind, introduction: Introduction) -> Mapping[str, str]:
    """Return what our part of Keycloak reads of an entry: which extension, filled by which of a portal's parameters.

    With an extension attributes come when they are asked for, and a level when it is; `none` is written out because
    Keycloak keeps what is not sent.
    """
    if not introduction.extension:
        return {"verbundExtension": "none"}
    first = _person_attribute(entry, kind)
    others = [told.saml for told in kind.tells.values() if told.saml and told.saml != first]
    return {
        "verbundExtension": introduction.extension,
        "verbundNameParameter": introduction.takes.name or "none",
        "verbundIdParameter": introduction.takes.service_id or "none",
        "verbundAttributes": " ".join((first, *others)),
        "verbundLevels": " ".join(f"{level}={word}" for level, word in kind.level_words.items()),
    }


def _mappers(entry: ProviderEntry, kind: ProviderKind) -> Iterable[Representation]:
    for attribute, told in kind.tells.items():
        name = told.name(entry.protocol)
        for kept_as in (attribute, _ALSO_AS.get(attribute, "")) if name else ():
            if kept_as:
                yield _attribute_mapper(entry.alias, entry.protocol, told=name, attribute=kept_as)
    yield _mapper(entry.alias, "no address of others", mapper=NO_ADDRESS, config={})
    yield _mapper(entry.alias, "time of proof", mapper=TIME_OF_PROOF, config={})
    # Two providers may call two people the same, or one person who is led to a password then that nobody has.
    who = "CLAIM.sub" if entry.protocol == "oidc" else f"ATTRIBUTE.{_person_attribute(entry, kind)}"
    config = {"template": f"${{ALIAS}}.${{{who}}}", "target": "LOCAL"}
    yield _mapper(entry.alias, "username", mapper=f"{entry.protocol}-username-idp-mapper", config=config)
    if kind.fixed_level:
        config = {"attribute": "trust_level", "attribute.value": kind.fixed_level}
        yield _mapper(entry.alias, "trust_level", mapper="hardcoded-attribute-idp-mapper", config=config)


def _attribute_mapper(alias: str, protocol: Protocol, *, told: str, attribute: str) -> Representation:
    if protocol == "oidc":
        config = {"claim": told, "user.attribute": attribute}
        return _mapper(alias, attribute, mapper="oidc-user-attribute-idp-mapper", config=config)
    config = {"attribute.name": told, "user.attribute": attribute}
    return _mapper(alias, attribute, mapper="saml-user-attribute-idp-mapper", config=config)


def _mapper(alias: str, name: str, *, mapper: str, config: Mapping[str, str]) -> Representation:
    return {
        "name": name,
        "identityProviderAlias": alias,
        "identityProviderMapper": mapper,
        "config": {"syncMode": "FORCE", **config},
    }
