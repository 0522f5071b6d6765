"""How often passwords of one account may be tried, from all addresses together.

Beside the small limit of one address: whoever has many addresses must not guess without end. Whoever tries on purpose
can close this one way in for a while, so it is far above what people need, and other ways stay open.
"""

from __future__ import annotations

from typing import Final

from tenants.limits import check_limit, reset_limit

PASSWORDS_PER_ACCOUNT: Final = 50
WINDOW_SECONDS: Final = 3600


def count_password(name: str, who: str) -> None:
    """Count an attempt at an account, whether there is one or not. Raises: TooManyRequests."""
    check_limit(name, who, limit=PASSWORDS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)


def forget_passwords(name: str, who: str) -> None:
    """Forget the attempts, after the right one or a new password."""
    reset_limit(name, who, limit=PASSWORDS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
