"""What a token looks like: `vb_<town>_<id>_<secret>`.

Everything but the secret may be known: the prefix lets scanners of source code find lost tokens, town and id say which
one it is. None of the parts holds the separator: slugs have hyphens, id and secret are hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

PREFIX: Final = "vb"
_SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(r"vb_(?P<slug>[a-z][a-z0-9-]{1,39})_(?P<id>[0-9a-f]{32})_(?P<secret>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a token. The secret is left out where the value is shown."""

    slug: str
    id: UUID
    secret: str = field(repr=False)

    def text(self) -> str:
        """Return the whole token, to be shown once."""
        return f"{PREFIX}_{self.slug}_{self.id.hex}_{self.secret}"


def new_token(slug: str, token_id: UUID) -> Token:
    """Return a token with a secret of 256 random bits."""
    return Token(slug, token_id, secrets.token_hex(_SECRET_BYTES))


def parse_token(text: str) -> Token | None:
    """Return the parts, or None for what is no token of ours."""
    found = _SHAPE.fullmatch(text)
    return Token(found["slug"], UUID(hex=found["id"]), found["secret"]) if found else None


def hash_secret(token: Token, tenant_id: UUID) -> str:
    """Return what is stored of a secret. A plain hash is enough: it is random, so there is nothing to guess.

    Town and id are hashed with it, so that a row copied elsewhere opens nothing there.
    """
    return hashlib.sha256(f"{tenant_id}:{token.id}:{token.secret}".encode()).hexdigest()


def is_secret_of(token: Token, tenant_id: UUID, stored: str) -> bool:
    """Whether the secret is the one stored, in constant time."""
    return hmac.compare_digest(hash_secret(token, tenant_id), stored)
