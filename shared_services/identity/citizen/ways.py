"""Which identity providers of this deployment can give a trust level."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from tenants.trust import TrustLevel, parse_trust_level

if TYPE_CHECKING:
    from shared_services.identity.keycloak.providers.base import ProviderKind

# Theirs are the town's own people: citizens have no account there.
_FOR_STAFF: Final = "staff_directory"
_ORGANISATION: Final = "organisation_id"


def list_ways_up(level: TrustLevel) -> list[tuple[str, str]]:
    """Return who gives at least this level: (alias at Keycloak, name for people)."""
    known = _known(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS)
    return [(alias, name) for alias, name, kind in known if _highest(kind) >= level]


def tells_companies(alias: str) -> bool:
    """Whether this provider says for which company a person acts; what another one leaves behind proves nothing."""
    known = _known(settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS)
    return any(_ORGANISATION in kind.tells for one, _name, kind in known if one == alias)


@lru_cache(maxsize=4)
def _known(path: str, plays: bool) -> tuple[tuple[str, str, ProviderKind], ...]:  # noqa: FBT001 -- a key of the cache
    # What reads these files costs time, and a deployment with the built-in sign-in has none.
    from shared_services.identity.keycloak.description import load_yaml  # noqa: PLC0415 -- see above
    from shared_services.identity.keycloak.providers import providers  # noqa: PLC0415
    from shared_services.identity.keycloak.simulators import load_cast  # noqa: PLC0415

    rows = load_yaml(Path(path))["providers"] if path else []
    entries = [(providers.get(row["kind"]), str(row["alias"]), str(row["display_name"])) for row in rows]
    if plays:
        entries += [(one.kind, one.alias, one.display_name) for one in load_cast().simulators]
    return tuple((alias, name, kind) for kind, alias, name in entries if kind.kind != _FOR_STAFF)


def _highest(kind: ProviderKind) -> TrustLevel:
    words = [kind.fixed_level] if kind.fixed_level else list(kind.level_words)
    return max(parse_trust_level(word) for word in words)
