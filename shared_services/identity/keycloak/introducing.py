"""What a portal says of itself on the way to an identity provider, by the file that names the providers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from shared_services.identity.keycloak.known import CONSOLE, load_providers, load_rows
from tenants.registry.sites import Site, directory

if TYPE_CHECKING:
    from shared_services.identity.keycloak.providers.introductions import Introduction, Portal

log = structlog.get_logger(__name__)


def introduce(site: Site, *, hint: str = "") -> dict[str, str]:
    """Return the parameters by which a portal tells its name and online-service id; nothing of a person is in them.

    `hint`: the provider that people are led to. Without one, or with one that is not known, they choose at Keycloak:
    then all that can be chosen are told, each in its own parameters.
    """
    known = _known(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS)
    if not known:
        return {}
    portal = _portal(site)
    asked = [known[hint]] if hint in known else list(known.values())
    return {name: value for one in asked for name, value in one.say(portal).items()}


def load_introductions() -> dict[str, Introduction]:
    """Return what each provider is told, by its alias. Raises: DescriptionError for a faulty file."""
    return _load(settings.VERBUND_KEYCLOAK_PROVIDERS, plays=settings.VERBUND_SIMULATORS)


def find_strangers() -> dict[str, list[str]]:
    """Return the portals and places that the file names and that do not exist here: provider → short names.

    Raises: DescriptionError for a faulty file.
    """
    path = settings.VERBUND_KEYCLOAK_PROVIDERS
    named: dict[str, list[tuple[str, str]]] = {
        alias: [(group, slug) for group, portals in one.portals.items() for slug in portals]
        for alias, one in _load_file(path).items()
    }
    for one in load_providers(path):
        named[one.alias] += [("places", place) for place in one.places]
    if not any(named.values()):
        return {}
    snapshot = directory.reload()
    there: dict[str, Collection[str]] = {"towns": snapshot.tenants, "umbrellas": snapshot.regions}
    there["places"] = {*snapshot.tenants, *snapshot.regions, CONSOLE}
    strangers = {alias: [slug for group, slug in ones if slug not in there[group]] for alias, ones in named.items()}
    return {alias: sorted(slugs) for alias, slugs in strangers.items() if slugs}


def _portal(site: Site) -> Portal:
    from shared_services.identity.keycloak.providers.introductions import Portal  # noqa: PLC0415 -- see `_load_file`

    if site.tenant is not None:
        return Portal("towns", site.tenant.slug, site.tenant.official_name or site.tenant.name)
    region = site.region
    return Portal("umbrellas", region.slug if region else "", region.name if region else "")


@lru_cache(maxsize=4)
def _known(path: str, plays: bool) -> Mapping[str, Introduction]:  # noqa: FBT001 -- a key of the cache
    if not path and not plays:
        return {}
    from shared_services.identity.keycloak.description import DescriptionError  # noqa: PLC0415 -- see `_load_file`

    try:
        return _load(path, plays=plays)
    except DescriptionError as wrong:
        # People sign in all the same; `verbund doctor` names the fault.
        log.warning("identity.introductions_unusable", error=str(wrong))
        return {}


def _load(path: str, *, plays: bool) -> dict[str, Introduction]:
    from shared_services.identity.keycloak.providers.introductions import (  # noqa: PLC0415 -- see `_load_file`
        check_together,
        read_introduction,
    )
    from shared_services.identity.keycloak.simulators import load_cast  # noqa: PLC0415

    found = {
        one.alias: read_introduction(one.of_portals, alias=one.alias, protocol=one.protocol, kind=one.kind)
        for one in (load_cast().simulators if plays else ())
    }
    found |= _load_file(path)
    check_together(found)
    return found


def _load_file(path: str) -> dict[str, Introduction]:
    # What reads these files costs time, and a deployment with the built-in sign-in has none.
    from shared_services.identity.keycloak.providers import providers  # noqa: PLC0415 -- see above
    from shared_services.identity.keycloak.providers.base import said_of_portals  # noqa: PLC0415
    from shared_services.identity.keycloak.providers.introductions import read_introduction  # noqa: PLC0415

    return {
        str(row.get("alias", "?")): read_introduction(
            said_of_portals(row),
            alias=str(row.get("alias", "?")),
            protocol=row.get("protocol"),
            kind=providers.get(str(row.get("kind", ""))),
            config=row,
        )
        for row in load_rows(path)
    }
