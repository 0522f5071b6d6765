"""Trust levels: how surely it is known who somebody is. The order matters, an unknown word counts as none."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class TrustLevel(IntEnum):
    """Source: OZG § 3; eIDAS regulation art. 8. `basis` is a password, `hoch` the eID card."""

    NONE = 0
    BASIS = 1
    SUBSTANTIELL = 2
    HOCH = 3

    @property
    def word(self) -> str:
        """The level as data and interfaces write it."""
        return self.name.lower()


# What broker and token call the levels; whoever adds a spelling vouches for it.
_SPELLINGS: Final = {
    "basis": TrustLevel.BASIS,
    "STORK-QAA-Level-1": TrustLevel.BASIS,
    "http://eidas.europa.eu/LoA/low": TrustLevel.BASIS,
    "substantiell": TrustLevel.SUBSTANTIELL,
    "STORK-QAA-Level-3": TrustLevel.SUBSTANTIELL,
    "http://eidas.europa.eu/LoA/substantial": TrustLevel.SUBSTANTIELL,
    "hoch": TrustLevel.HOCH,
    "STORK-QAA-Level-4": TrustLevel.HOCH,
    "http://eidas.europa.eu/LoA/high": TrustLevel.HOCH,
}


def parse_trust_level(given: object) -> TrustLevel:
    """Return the level of a spelling; anything unknown, of another type or in another case is none."""
    return _SPELLINGS.get(given, TrustLevel.NONE) if isinstance(given, str) else TrustLevel.NONE
