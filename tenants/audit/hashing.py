"""What a seal's hash covers, so that anybody can compute it without this software.

    content = HMAC-SHA256(salt, json([actor_name, data]))
    hash    = SHA-256(previous hash ‖ json([chain, number, id, owner_role, tenant_id, actor_kind, actor_id, action,
                                            subject, at, content in hex]))

JSON is UTF-8 with sorted keys, without spaces; keys and ids as text, `at` in UTC with microseconds. The first entry's
previous hash is 32 zero bytes. The personal part goes in by its salted digest: when it must be erased, digest and chain
stay, and with the salt gone nobody can guess what stood there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Final
from uuid import UUID

from tenants.audit.models import AuditEntry

START: Final = bytes(32)
SALT_BYTES: Final = 16


def content_digest(entry: AuditEntry, salt: bytes) -> bytes:
    """Return the salted digest of what is personal in an entry."""
    return hmac.new(salt, _json([entry.actor_name, entry.data]), hashlib.sha256).digest()


def seal_hash(entry: AuditEntry, *, chain_id: UUID, number: int, previous: bytes, content: bytes) -> bytes:
    """Return the hash of an entry at its place in a chain."""
    fields = [
        str(chain_id),
        number,
        str(entry.id),
        entry.owner_role,
        _text(entry.tenant_id),
        entry.actor_kind,
        _text(entry.actor_id),
        entry.action,
        entry.subject,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        content.hex(),
    ]
    return hashlib.sha256(previous + _json(fields)).digest()


def time_of_key(key: UUID) -> dt.datetime:
    """Return the moment in a UUIDv7, to the millisecond."""
    return dt.datetime.fromtimestamp((key.int >> 80) / 1000, tz=dt.UTC)


def first_key(moment: dt.datetime) -> UUID:
    """Return the lowest key of a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _text(key: UUID | None) -> str | None:
    return str(key) if key else None
