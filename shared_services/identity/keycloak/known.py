"""The identity providers of this deployment, as portals speak of them: who there is, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings

if TYPE_CHECKING:
    from shared_services.identity.keycloak.providers.base import ProviderKind

# What the place of the platform's own people is called, beside the short names of towns and regions.
CONSOLE: Final = "konsole"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """A provider: its name at Keycloak, its name for people, and of a directory of staff who comes by it."""

    alias: str
    name: str
    kind: ProviderKind
    places: tuple[str, ...] = ()
    # Of a provider that ends: the day, as the file has it, and the alias of the one that follows.
    ends_on: str = ""
    successor: str = ""


def list_known() -> tuple[KnownProvider, ...]:
    """Return the providers that the operator's file names, and the simulated ones where these are played.

    Faulty entries are left out: people still sign in at Keycloak, and `verbund doctor` names the fault.
    """
    return _list_known(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS)


def provider_name(alias: str) -> str:
    """Return what people call a provider; the short name of one that is configured no more."""
    return next((one.name for one in list_known() if one.alias == alias), alias)


def find_directory(alias: str) -> KnownProvider | None:
    """Return a directory of those who work somewhere, or None for any other provider."""
    return next((one for one in list_known() if one.alias == alias and one.kind.for_staff), None)


def load_rows(path: str) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a file with providers as they stand there; none without one. Raises: DescriptionError."""
    # What reads these files costs time, and a deployment with the built-in sign-in has none.
    from shared_services.identity.keycloak.description import DescriptionError, load_yaml  # noqa: PLC0415 -- see above

    rows = load_yaml(Path(path)).get("providers") or [] if path else []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{path}: providers must be a list of entries"
        raise DescriptionError(message)
    return rows


def load_providers(path: str) -> list[KnownProvider]:
    """Return the providers that a file names. Raises: DescriptionError."""
    return [_read(row) for row in load_rows(path)]


@lru_cache(maxsize=4)
def _list_known(path: str, plays: bool) -> tuple[KnownProvider, ...]:  # noqa: FBT001 -- a key of the cache
    from shared_services.identity.keycloak.simulators import load_cast  # noqa: PLC0415 -- see `load_rows`

    found = _list_usable(path)
    if plays:
        found += [
            KnownProvider(one.alias, one.display_name, one.kind, one.places, one.ends_on, one.successor)
            for one in load_cast().simulators
        ]
    return tuple(found)


def _list_usable(path: str) -> list[KnownProvider]:
    from shared_services.identity.keycloak.description import DescriptionError  # noqa: PLC0415 -- see `load_rows`

    found: list[KnownProvider] = []
    try:
        rows = load_rows(path)
    except DescriptionError as wrong:
        log.warning("identity.providers_unusable", error=str(wrong))
        return found
    for row in rows:
        try:
            found.append(_read(row))
        except DescriptionError as wrong:
            log.warning("identity.provider_unusable", error=str(wrong))
    return found


def _read(row: Mapping[str, Any]) -> KnownProvider:
    from shared_services.identity.keycloak.providers import providers  # noqa: PLC0415 -- see `load_rows`
    from shared_services.identity.keycloak.providers.base import read_places, require_places  # noqa: PLC0415

    alias = str(row.get("alias", "?"))
    kind, places = providers.get(str(row.get("kind", ""))), read_places(row)
    require_places(kind, places, alias=alias)
    return KnownProvider(
        alias=alias,
        name=str(row.get("display_name", alias)),
        kind=kind,
        places=places,
        ends_on=str(row.get("ends_on", "")),
        successor=str(row.get("successor", "")),
    )
