"""Invitation tokens: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

LIFETIME: Final = timedelta(days=14)
_BYTES: Final = 32
MAX_LENGTH: Final = 64


def new_token() -> str:
    """Return a token of 256 random bits that can stand in a path."""
    return secrets.token_urlsafe(_BYTES)


def hash_token(token: str) -> str:
    """Return what is stored of a token. A plain hash is enough: the token is random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
