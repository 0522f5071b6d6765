"""Cache keys carry the tenant of their context, so that no key of one tenant can name an entry of another."""

from __future__ import annotations

from tenants.context import current_identity

SHARED = "shared"


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Return the full key: prefix, whose it is (the database role of the context), version, key."""
    identity = current_identity()
    owner = identity.role if identity else SHARED
    return f"{key_prefix}:{owner}:{version}:{key}"
