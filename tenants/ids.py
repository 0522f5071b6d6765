"""Keys: UUIDv7 everywhere, so that no schema needs a sequence and rows arrive in order of time."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562): 48 bits of milliseconds, then random."""
    return _uuid7()
