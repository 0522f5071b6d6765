"""How portals introduce themselves to an identity provider: by a name that people are shown there, and by an id.

Keycloak hands on what the broker entry names of a portal's own request: over OpenID Connect as it stands, over SAML in
an extension of its request (deploy/keycloak/extension). So one entry serves all portals, and nothing of it is about
the person who signs in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from shared_services.identity.keycloak.description import DescriptionError
from shared_services.identity.keycloak.providers.base import (
    ProviderKind,
    SamlExtension,
    Takes,
    saml_extension_of,
)

Group = Literal["towns", "umbrellas"]
GROUPS: Final[tuple[Group, ...]] = ("towns", "umbrellas")
# Where a provider reads an extension and its kind does not say by which of a portal's parameters it is filled.
_OF_EXTENSION: Final = Takes(name="organization_display_name", service_id="online_service_id")
# Keycloak takes so many unknown parameters of a request, and drops the others without a word.
_MOST_PARAMETERS: Final = 5
_LONGEST_NAME: Final = 100
_PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,40}")
_SERVICE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
# Braces and percent signs mean something where Keycloak puts the address together; no portal is called so.
_ODD: Final = re.compile(r"[^\w .,()/'’–-]|_")
# A portal's name in one of these would change the request. The last three are arguments on its way.
# Source: OpenID Connect Core 1.0; RFC 6749, 7636, 9101, 9449.
_WORDS: Final = (
    "acr_values claims claims_locales client_assertion client_assertion_type client_id client_secret code"
    " code_challenge code_challenge_method code_verifier display dpop_jkt grant_type id_token_hint login_hint"
    " max_age nonce prompt redirect_uri registration request request_uri resource response_mode response_type scope"
    " state ui_locales attempt path url"
)
_TAKEN: Final = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal: its group and short name in a deployment's file, and its name as people know it."""

    group: Group
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a file says of one portal; empty: what holds for all."""

    name: str = ""
    service_id: str = ""


_LIKE_ALL: Final = Own()


@dataclass(frozen=True, slots=True)
class Introduction:
    """What one provider is told of portals. `service_id` is the id of those without one of their own.

    `extension`: what its requests over SAML carry; empty over OpenID Connect.
    """

    takes: Takes
    extension: SamlExtension = ""
    service_id: str = ""
    portals: Mapping[Group, Mapping[str, Own]] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that the provider takes."""
        return tuple(name for name in (self.takes.name, self.takes.service_id) if name)

    def say(self, portal: Portal) -> dict[str, str]:
        """Return what a portal's request carries for this provider: parameter → value."""
        own = self.portals.get(portal.group, {}).get(portal.slug, _LIKE_ALL)
        said = {
            self.takes.name: own.name or tidy_name(portal.name),
            self.takes.service_id: own.service_id or self.service_id,
        }
        return {name: value for name, value in said.items() if name and value}


def tidy_name(name: str) -> str:
    """Return a name as it may stand in an address: bounded, and without characters that mean something there."""
    return " ".join(_ODD.sub(" ", name).split())[:_LONGEST_NAME].strip()


def read_introduction(
    said: Mapping[str, Any],
    *,
    alias: str,
    protocol: object,
    kind: ProviderKind,
    config: Mapping[str, Any] = MappingProxyType({}),
) -> Introduction:
    """Return what an entry says of portals (`base.said_of_portals`); `config` is the rest of the entry.

    What its kind takes holds where it names no parameters. Raises: DescriptionError, with the place.
    """
    extension = saml_extension_of(config, kind, alias=alias, protocol=protocol)
    takes = kind.takes if kind.takes.name or not extension else _OF_EXTENSION
    if protocol != "oidc" and not extension:
        if said:
            raise _fault(alias, f"{', '.join(said)}: over SAML with a saml_extension only; docs/operator/identity.md")
        return Introduction(Takes())
    taken = Takes(
        name=_parameter(said, "name_parameter", alias=alias, default=takes.name),
        service_id=_parameter(said, "id_parameter", alias=alias, default=takes.service_id),
    )
    service_id = _service_id(said, "portals", alias=alias)
    portals = {group: _read_group(said.get(group), group, alias=alias) for group in GROUPS}
    everyone = [Own(service_id=service_id), *(own for group in portals.values() for own in group.values())]
    if not taken.service_id and any(own.service_id for own in everyone):
        raise _fault(alias, "an online_service_id needs an id_parameter")
    if not taken.name and any(own.name for own in everyone):
        raise _fault(alias, "a name needs a name_parameter")
    return Introduction(taken, extension, service_id, portals)


def check_together(known: Mapping[str, Introduction]) -> None:
    """Refuse providers that can't be told apart: people may choose one at Keycloak, after the portal's request.

    Raises: DescriptionError for too many parameters, or one in which two providers want to be told different things.
    """
    names = sorted({name for one in known.values() for name in one.parameters})
    if len(names) > _MOST_PARAMETERS:
        message = f"Keycloak hands on {_MOST_PARAMETERS} parameters at most, not {', '.join(names)}"
        raise DescriptionError(message)
    anybody = Portal("towns", "", "Anybody")
    named = {
        Portal(group, slug, anybody.name)
        for one in known.values()
        for group, portals in one.portals.items()
        for slug in portals
    }
    for portal in (anybody, *sorted(named, key=lambda one: (one.group, one.slug))):
        for name in names:
            _require_one_value(name, portal, known)


def _require_one_value(name: str, portal: Portal, known: Mapping[str, Introduction]) -> None:
    told = {alias: one.say(portal).get(name, "") for alias, one in known.items() if name in one.parameters}
    if len(set(told.values())) > 1:
        whose = f"{portal.group} {portal.slug}" if portal.slug else "portals that are not named"
        message = f"providers {', '.join(sorted(told))} take {name}, with different values for {whose}"
        raise DescriptionError(message)


def _read_group(data: Any, group: Group, *, alias: str) -> dict[str, Own]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise _fault(alias, f"{group} must name portals: {{gladbeck: {{online_service_id: …}}}}")
    return {str(slug): _read_own(own, f"{group} {slug}", alias=alias) for slug, own in data.items()}


def _read_own(data: Any, place: str, *, alias: str) -> Own:
    if not isinstance(data, Mapping) or not data or not data.keys() <= {"name", "online_service_id"}:
        raise _fault(alias, f"{place} has a name, an online_service_id, or both, and nothing else")
    name = data.get("name", "")
    if "name" in data and (not isinstance(name, str) or not name or tidy_name(name) != name):
        raise _fault(alias, f"{place}: a name is at most {_LONGEST_NAME} letters, digits, spaces and .,()/'’–-")
    return Own(name, _service_id(data, place, alias=alias))


def _service_id(data: Mapping[str, Any], place: str, *, alias: str) -> str:
    if "online_service_id" not in data:
        return ""
    value = data["online_service_id"]
    # A number would have lost the zeros that it begins with.
    if not isinstance(value, str) or not _SERVICE_ID.fullmatch(value):
        raise _fault(alias, f"{place}: an online_service_id is text in quotes, at most 80 letters, digits and ._:/-")
    return value


def _parameter(said: Mapping[str, Any], where: str, *, alias: str, default: str) -> str:
    name = said.get(where, default)
    if name == "":
        return ""  # the provider does not take it, whatever its kind does
    if not isinstance(name, str) or not _PARAMETER.fullmatch(name):
        raise _fault(alias, f"{where}: {name!r} is no name of a parameter")
    if name.lower() in _TAKEN or name.lower().startswith("kc_"):
        raise _fault(alias, f"{where}: {name} means something else")
    return name


def _fault(alias: str, what: str) -> DescriptionError:
    return DescriptionError(f"provider {alias}: {what}")
