"""Identity providers that are played beside the built-in login: levels and their people can be seen without Keycloak.

The same providers and people as in Keycloak's simulators, and nothing of the protocols, which are proved there: a page
of the umbrella stands for the provider's. What comes back from it is shaped as at the real one: a code that works once,
for a minute, and only for the browser that asked. For demo and tests; see the setting VERBUND_SIMULATORS.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_services.accounts.models import AttributeName
from shared_services.accounts.people import Person, recognise
from shared_services.identity.citizen import ways
from shared_services.identity.citizen.attempts import Attempt, no_attempt
from shared_services.identity.citizen.provider import CALLED_OFF, Proven, level_unknown
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.onetimecodes import OneTimeCodes
from shared_services.identity.refusals import note_refusal
from tenants.accountmails import mail_language
from tenants.context import as_accounts
from tenants.errors import ExternalTemporary, NotFound
from tenants.trust import TrustLevel, parse_trust_level

if TYPE_CHECKING:
    from shared_services.identity.keycloak.providers.base import ProviderKind
    from shared_services.identity.keycloak.simulators import Cast, Simulator

_CODES: Final = OneTimeCodes("citizen.played", as_accounts)
Outcome = Literal["", "cancel", "error"]
# What a provider tells and an account keeps.
_ATTRIBUTES: Final = {
    "firstName": AttributeName.GIVEN_NAME,
    "lastName": AttributeName.FAMILY_NAME,
    "birth_date": AttributeName.BIRTH_DATE,
    "street": AttributeName.STREET,
    "postal_code": AttributeName.POSTCODE,
    "town": AttributeName.CITY,
}


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody invented, and how they come back from a provider. `level`: as the provider says it, in our word."""

    user: str
    name: str
    level: str
    outcome: Outcome
    organisation: str


def find_played(alias: str) -> Simulator | None:
    """Return a provider that is played here. None for an unknown one, in production, and where Keycloak signs in."""
    if not settings.VERBUND_SIMULATORS or uses_keycloak() or not alias:
        return None
    # One of each: without a protocol its twin over SAML would be the same.
    playing = (one for one in _cast().simulators if one.protocol == "oidc" and not one.kind.for_staff)
    return next((one for one in playing if one.alias == alias), None)


def list_ways_up(level: TrustLevel) -> list[tuple[str, str]]:
    """Return who is played here and gives at least this level: (alias, name for people)."""
    return [(alias, name) for alias, name in ways.list_ways_up(level) if find_played(alias)]


def list_personas(provider: Simulator) -> list[Persona]:
    """Return who can come back from a provider."""
    return [_persona(provider.kind, row) for row in _cast().personas]


def page_path(attempt: Attempt) -> str:
    """Return the page that stands for the provider that a sign-in asks for."""
    path = reverse("citizen:played_provider", kwargs={"alias": attempt.hint})
    return f"{path}?{urlencode({'state': attempt.state})}"


def come_back(provider: Simulator, user: str, attempt: Attempt) -> dict[str, str]:
    """Return what the browser brings back from the provider: a code for this sign-in, or why there is none.

    Raises: NotFound for somebody unknown; ExternalTemporary for whom the provider fails.
    """
    persona = next((one for one in list_personas(provider) if one.user == user), None)
    if persona is None:
        raise NotFound(_("Diese Person gibt es hier nicht. Wählen Sie eine andere."))
    if persona.outcome == "error":
        raise ExternalTemporary(
            _("Störung beim Anbieter (Simulation). Versuchen Sie es später noch einmal oder nehmen Sie einen anderen.")
        )
    if persona.outcome == "cancel":
        return CALLED_OFF
    contents = {"alias": provider.alias, "user": user, "challenge": attempt.challenge}
    return {"code": _CODES.issue(contents)}


def complete(request: HttpRequest, attempt: Attempt) -> Proven:
    """Return who came back from a provider: the account that it leads to, opened now if there is none.

    Raises: InvalidInput for a code that is unknown, used, old, or of another browser, and for a level nobody knows.
    """
    found = _CODES.redeem(request.GET.get("code", ""))
    provider = find_played(found["alias"]) if found is not None else None
    if found is None or provider is None or not secrets.compare_digest(found["challenge"], attempt.challenge):
        note_refusal("code_unknown")
        raise no_attempt()
    row = next(row for row in _cast().personas if row["user"] == found["user"])
    person = _person(provider, row)
    if person.level == TrustLevel.NONE:
        raise level_unknown()
    key = recognise(person)
    return Proven(account_id=key.owner, level=person.level, provider=provider.alias, key=key)


def _person(provider: Simulator, row: Mapping[str, Any]) -> Person:
    kind, told = provider.kind, _told(provider.kind, row)
    return Person(
        subject=f"{provider.alias}:{told.get(kind.identified_by) or row['user']}",
        level=parse_trust_level(_level(kind, told)),
        source=provider.alias,
        bpk2=told.get("bpk2", ""),
        email=told.get("contact_email", ""),
        language=mail_language(),
        attributes={str(name): told[source] for source, name in _ATTRIBUTES.items() if source in told},
        organisation=told.get("organisation", ""),
        organisation_id=told.get("organisation_id", "") if told.get("organisation") else "",
    )


def _persona(kind: ProviderKind, row: Mapping[str, Any]) -> Persona:
    told = _told(kind, row)
    name = " ".join(part for part in (told.get("firstName", ""), told.get("lastName", "")) if part)
    return Persona(
        user=row["user"],
        name=name or row["user"],
        level=_level(kind, told),
        outcome=cast("Outcome", row.get("outcome", "")),
        organisation=told.get("organisation", ""),
    )


def _level(kind: ProviderKind, told: Mapping[str, str]) -> str:
    """Return our word for what the provider says, by its own table; none for anything else."""
    return next((ours for ours, theirs in kind.level_words.items() if theirs == told.get("trust_level")), "none")


def _told(kind: ProviderKind, row: Mapping[str, Any]) -> dict[str, str]:
    from shared_services.identity.keycloak.simulators import list_told  # noqa: PLC0415 -- see `known.load_rows`

    return list_told(kind, row)


@lru_cache(maxsize=1)
def _cast() -> Cast:
    from shared_services.identity.keycloak.simulators import load_cast  # noqa: PLC0415 -- see `known.load_rows`

    return load_cast()
