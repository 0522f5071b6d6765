"""Which identity providers of this deployment can give a trust level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared_services.identity.keycloak.known import list_known
from tenants.trust import TrustLevel, parse_trust_level

if TYPE_CHECKING:
    from shared_services.identity.keycloak.providers.base import ProviderKind

_ORGANISATION: Final = "organisation_id"


def list_ways_up(level: TrustLevel) -> list[tuple[str, str]]:
    """Return who gives at least this level: (alias at Keycloak, name for people)."""
    # Directories of staff are none: citizens have no account there.
    return [(one.alias, one.name) for one in list_known() if not one.kind.for_staff and _highest(one.kind) >= level]


def tells_companies(alias: str) -> bool:
    """Whether this provider says for which company a person acts; what another one leaves behind proves nothing."""
    return any(_ORGANISATION in one.kind.tells for one in list_known() if one.alias == alias)


def _highest(kind: ProviderKind) -> TrustLevel:
    words = [kind.fixed_level] if kind.fixed_level else list(kind.level_words)
    return max(parse_trust_level(word) for word in words)
