"""How a citizen has proved who they are: kept in the session, read at each request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from tenants.trust import TrustLevel

# A level above a password's is for what the person is about to do, not for the rest of the day.
ELEVATION_SECONDS: Final = 30 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was proved, where and when. Times are seconds since 1970.

    `session_id` is the account's own record of the session, `provider_session` the sign-in that other towns may share.
    `tokens` is sealed for the account: what renews the session
    at its provider. `renew_at` is when that is due, 0 where there is nothing to renew.
    """

    session_id: str
    level: int = TrustLevel.BASIS
    proved_at: int
    # When a password, device or card was last shown; 0 where nobody knows.
    entered_at: int = 0
    provider: str = ""
    provider_session: str = ""
    has_second_factor: bool = False
    tokens: str = ""
    renew_at: int = 0

    def level_at(self, now: int) -> TrustLevel:
        """Return the level that holds now: an elevation ends by the portal's own clock, the password's does not."""
        level = TrustLevel(self.level)
        is_fresh = 0 <= now - self.proved_at < ELEVATION_SECONDS
        return level if level <= TrustLevel.BASIS or is_fresh else TrustLevel.BASIS

    @property
    def session_key(self) -> UUID:
        """The id of the account's record of this session. Raises: ValueError."""
        return UUID(self.session_id)

    @property
    def sign_in(self) -> str:
        """The name of the sign-in that this session shares with those of other portals in the same browser."""
        return self.provider_session or self.session_id

    def stored(self) -> dict[str, Any]:
        """Return the proof as a session keeps it."""
        return asdict(self)


def read_proof(stored: dict[str, Any]) -> Proof | None:
    """Return what a session keeps, or None where it is not a citizen's or cannot be read."""
    try:
        proof = Proof(**stored)
        TrustLevel(proof.level)
        UUID(proof.session_id)
    except (TypeError, ValueError):
        return None
    return proof
