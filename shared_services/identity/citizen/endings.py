"""Identity providers that end, as the operator has marked them: until when, and which one follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

# A sign-in without a provider is Keycloak's own.
OWN_LOGIN: Final = "keycloak"


@dataclass(frozen=True, slots=True)
class Ending:
    """A provider that ends, and its successor: short names and names for people."""

    alias: str
    name: str
    ends_on: date
    successor: str
    successor_name: str


def find_ending(alias: str) -> Ending | None:
    """Return how a provider ends, or None for one that stays."""
    return next((one for one in _entries() if one.alias == alias), None)


def provider_name(alias: str) -> str:
    """Return what people call a provider; the short name of one that is configured no more."""
    return _names(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS).get(alias, alias)


def _entries() -> tuple[Ending, ...]:
    return _endings(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS)


@lru_cache(maxsize=4)
def _names(path: str, plays: bool) -> Mapping[str, str]:  # noqa: FBT001 -- a key of the cache
    return {row["alias"]: row["display_name"] for row in _rows(path, plays=plays)}


@lru_cache(maxsize=4)
def _endings(path: str, plays: bool) -> tuple[Ending, ...]:  # noqa: FBT001 -- a key of the cache
    names, found = _names(path, plays), []
    for row in _rows(path, plays=plays):
        alias, day, successor = row["alias"], row["ends_on"], row["successor"]
        if not day and not successor:
            continue
        ends_on = _day(day)
        if ends_on is None or successor not in names or successor == alias:
            # Nobody is sent to a provider that is not there; a page must not fail for it.
            log.warning("identity.ending_unusable", provider=alias, successor=successor, ends_on=day)
            continue
        found.append(Ending(alias, row["display_name"], ends_on, successor, names[successor]))
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(path: str, *, plays: bool) -> Iterator[Mapping[str, str]]:
    """Yield what the operator's file, and in demo and tests the simulators', say of each provider."""
    # What reads these files costs time, and a deployment with the built-in sign-in has none.
    from shared_services.identity.keycloak.description import load_yaml  # noqa: PLC0415 -- see above
    from shared_services.identity.keycloak.simulators import load_cast  # noqa: PLC0415

    fields = ("alias", "display_name", "ends_on", "successor")
    for row in load_yaml(Path(path))["providers"] if path else []:
        yield {name: str(row.get(name, "")) for name in fields}
    for one in load_cast().simulators if plays else ():
        yield {name: str(getattr(one, name)) for name in fields}
