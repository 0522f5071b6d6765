"""Identity providers that end, as the operator has marked them: until when, and which one follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import structlog
from django.conf import settings

from shared_services.identity.keycloak.known import list_known

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


def _entries() -> tuple[Ending, ...]:
    return _endings(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS)


@lru_cache(maxsize=4)
def _endings(_path: str, _plays: bool) -> tuple[Ending, ...]:  # noqa: FBT001 -- keys of the cache
    known, found = list_known(), []
    names = {one.alias: one.name for one in known}
    for one in known:
        if not one.ends_on and not one.successor:
            continue
        ends_on = _day(one.ends_on)
        if ends_on is None or one.successor not in names or one.successor == one.alias:
            # Nobody is sent to a provider that is not there; a page must not fail for it.
            log.warning("identity.ending_unusable", provider=one.alias, successor=one.successor, ends_on=one.ends_on)
            continue
        found.append(Ending(one.alias, one.name, ends_on, one.successor, names[one.successor]))
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
