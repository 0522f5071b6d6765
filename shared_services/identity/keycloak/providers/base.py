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


@dataclass(frozen=True, slots=True)
class Told:
    """Under which name a provider tells one attribute, by protocol; empty: it does not."""

    oidc: str = ""
    saml: str = ""

    def name(self, protocol: Protocol) -> str:
        """Return the name in a protocol."""
        return self.oidc if protocol == "oidc" else self.saml


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of identity provider.

    `tells`: our attribute (of `deploy/keycloak/realm.yaml`, or email, firstName, lastName) → its name there. Mail
    addresses of citizens are `contact_email`: an account's own `email` is what accounts are found by.
    `identified_by`: the attribute that stays the same for one person; SAML's NameID may change from login to login.
    `level_words`: our level → the provider's spelling. A provider that tells none has a `fixed_level` for everybody.
    Source: the interface descriptions of the providers.
    """

    kind: str
    label: str
    tells: Mapping[str, Told]
    identified_by: str
    level_words: Mapping[str, str] = field(default_factory=dict)
    fixed_level: str = ""


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """One provider of a deployment. `config`: what its protocol needs, values from the environment filled in."""

    kind: str
    alias: str
    display_name: str
    protocol: Protocol
    config: Mapping[str, str]

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
    config = {name: _filled(str(value), alias) for name, value in data.items()}
    return ProviderEntry(
        kind=config.pop("kind"),
        alias=config.pop("alias"),
        display_name=config.pop("display_name"),
        protocol="saml" if config.pop("protocol") == "saml" else "oidc",
        config=config,
    )


def _filled(value: str, alias: str) -> str:
    def from_environment(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in os.environ:
            message = f"provider {alias}: the environment variable {name} is not set"
            raise DescriptionError(message)
        return os.environ[name]

    return _VARIABLE.sub(from_environment, value)
