"""Before something that cannot be undone: the password once more, or a sign-in of a moment ago."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from shared_services.accounts.passwords import require_password
from shared_services.identity import sessions
from shared_services.identity.citizen.services import current_proof
from shared_services.identity.services import ATTEMPTS_PER_ACCOUNT, WINDOW_SECONDS
from tenants.limits import check_limit, reset_limit

FRESH_SECONDS: Final = 10 * 60
_LIMIT: Final = "citizen.own_password"


def has_fresh_proof(request: HttpRequest) -> bool:
    """Whether the person has shown a password, device or card a moment ago: no sign-in that towns share, hours old."""
    proof = current_proof(request)
    return proof is not None and 0 <= sessions.now_seconds() - proof.entered_at < FRESH_SECONDS


def require_own_password(account_id: UUID, password: str, *, field: str = "current_password") -> None:
    """Check the password of whoever is signed in: a session that was left open must not be enough.

    Raises: InvalidInput under `field`; TooManyRequests.
    """
    check_limit(_LIMIT, str(account_id), limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)
    require_password(account_id, password, field=field)
    reset_limit(_LIMIT, str(account_id), limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
