"""How somebody who works here has proved who they are: kept in the session, looked at with each request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkProof:
    """A sign-in at Keycloak. `tokens` is sealed for the account; `renew_at` is when Keycloak is asked again.

    `begun_at` is when it began, in seconds since 1970: exactly, for a sign-out may have come within the same second.
    `second_factor` is what `identity.sessions.SECOND_FACTOR` names in every session of those who work here.
    """

    subject: str
    provider_session: str
    second_factor: bool
    tokens: str
    renew_at: int
    begun_at: float = 0.0
    is_work: bool = True

    def stored(self) -> dict[str, Any]:
        """Return the proof as a session keeps it."""
        return asdict(self)


def read_proof(stored: dict[str, Any]) -> WorkProof | None:
    """Return what a session keeps, or None where it was begun in another way."""
    if not stored.get("is_work"):
        return None
    try:
        return WorkProof(**stored)
    except TypeError:
        return None
