"""What an identity provider is to Keycloak: the contract of the plugins in `contrib/`.

A plugin is one value: the names under which a provider tells things, and its words for levels. Everything else is the
same for all of them and lies in `brokers`. `demo_state_account` in the tests proves the contract.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shared_services.identity.keycloak.description import DescriptionError

Protocol = Literal["oidc", "saml"]
_VARIABLE: Final = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_ALIAS: Final = re.compile(r"^[a-z][a-z0-9-]{1,40}$")
# Which extension of SAML's requests a provider reads: BundID's maker has one, and nobody else that is known here.
SamlExtension = Literal["", "akdb"]
_EXTENSIONS: Final[tuple[SamlExtension, ...]] = ("", "akdb")
_PLACES: Final = "places"
# What a deployment's file says of portals, beside the broker entry itself; `introductions` reads it.
_OF_PORTALS: Final = ("name_parameter", "id_parameter", "online_service_id", "towns", "umbrellas")


@dataclass(frozen=True, slots=True)
class Told:
    """Under which name a provider tells one attribute, by protocol; empty: it does not."""

    oidc: str = ""
    saml: str = ""

    def name(self, protocol: Protocol) -> str:
        """Return the name in a protocol."""
        return self.oidc if protocol == "oidc" else self.saml


@dataclass(frozen=True, slots=True)
class Takes:
    """In which parameters of a request a provider takes a portal's name and online-service id; empty: it does not."""

    name: str = ""
    service_id: str = ""


_NOTHING: Final = Takes()


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of identity provider.

    `tells`: our attribute (of `deploy/keycloak/realm.yaml`, or firstName, lastName) → its name there. Mail addresses
    are `contact_email`: an account's own `email` is what accounts are found by, and no provider says which one that is.
    `identified_by`: the attribute that stays the same for one person; SAML's NameID may change from login to login.
    Empty: only the file can say which one that is (`person_attribute`).
    `level_words`: our level → the provider's spelling. A provider that tells none has a `fixed_level` for everybody.
    `takes`: in which parameters a portal's request says for it which portal asks. Over OpenID Connect they are the
    provider's own; over SAML they end at Keycloak, which puts them into the `saml_extension`, where the provider reads
    one. A deployment's file may say otherwise to all three.
    `scope`: what is asked for over OpenID Connect, where the file says nothing.
    `for_staff`: its people work somewhere. Citizens are not offered it, and the file names its `places`.
    Source: the interface descriptions of the providers.
    """

    kind: str
    label: str
    tells: Mapping[str, Told]
    identified_by: str
    level_words: Mapping[str, str] = field(default_factory=dict)
    fixed_level: str = ""
    takes: Takes = _NOTHING
    saml_extension: SamlExtension = ""
    for_staff: bool = False
    scope: str = "openid profile"


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """One provider of a deployment. `config`: what its protocol needs, values from the environment filled in.

    `of_portals`: what the file says of portals, as it stands there. `places`: where people work who come by it, as
    `verbund identity link` calls them.
    """

    kind: str
    alias: str
    display_name: str
    protocol: Protocol
    config: Mapping[str, str]
    of_portals: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[str, ...] = ()

    def need(self, name: str) -> str:
        """Return one of the values. Raises: DescriptionError when it is missing."""
        value = self.config.get(name, "")
        if not value:
            message = f"provider {self.alias}: {name} is missing"
            raise DescriptionError(message)
        return value


def read_entry(data: Mapping[str, Any]) -> ProviderEntry:
    """Return the entry that a file names. Raises: DescriptionError; a variable that is not set is one reason."""
    unknown = {"kind", "alias", "display_name", "protocol"} - data.keys()
    alias = str(data.get("alias", "?"))
    if unknown or not _ALIAS.match(alias) or data.get("protocol") not in {"oidc", "saml"}:
        message = (
            f"provider {alias}: needs kind, alias (small letters, digits, hyphens), display_name, protocol (oidc, saml)"
        )
        raise DescriptionError(message)
    of_portals, places = said_of_portals(data), read_places(data)
    own = {name: value for name, value in data.items() if name not in of_portals and name != _PLACES}
    config = {name: _filled(str(value), alias) for name, value in own.items()}
    return ProviderEntry(
        kind=config.pop("kind"),
        alias=config.pop("alias"),
        display_name=config.pop("display_name"),
        protocol="saml" if config.pop("protocol") == "saml" else "oidc",
        config=config,
        of_portals=of_portals,
        places=places,
    )


def read_places(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return at which places an entry's people work. Raises: DescriptionError for anything but a list of names."""
    places = data.get(_PLACES, [])
    if not isinstance(places, list) or not all(isinstance(one, str) and one for one in places):
        message = f"provider {data.get('alias', '?')}: {_PLACES} is a list: [gladbeck, emscher-lippe, konsole]"
        raise DescriptionError(message)
    return tuple(places)


def require_places(kind: ProviderKind, places: tuple[str, ...], *, alias: str) -> None:
    """Refuse a directory of staff that says nowhere who comes by it, and places of any other provider.

    Raises: DescriptionError.
    """
    if kind.for_staff == bool(places):
        return
    what = "says at which places people work who come by it" if kind.for_staff else "is for directories of staff"
    message = f"provider {alias}: {_PLACES} {what}; docs/operator/identity.md"
    raise DescriptionError(message)


def saml_extension_of(config: Mapping[str, Any], kind: ProviderKind, *, alias: str, protocol: object) -> SamlExtension:
    """Return the extension of an entry's requests: its kind's, where the file says nothing; none over OpenID Connect.

    Raises: DescriptionError for one that is not known, or that has no SAML to stand in.
    """
    said = config.get("saml_extension", kind.saml_extension if protocol == "saml" else "")
    for known in _EXTENSIONS if protocol == "saml" else ("",):
        if said == known:
            return known
    message = f'provider {alias}: saml_extension is for protocol saml, and one of: {", ".join(_EXTENSIONS[1:])}, ""'
    raise DescriptionError(message)


def said_of_portals(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an entry that is about portals, unchecked; no value in it comes from the environment."""
    return {name: data[name] for name in _OF_PORTALS if name in data}


def _filled(value: str, alias: str) -> str:
    def from_environment(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in os.environ:
            message = f"provider {alias}: the environment variable {name} is not set"
            raise DescriptionError(message)
        return os.environ[name]

    return _VARIABLE.sub(from_environment, value)
