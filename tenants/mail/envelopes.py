"""What a mail says and to whom, sealed while it waits: no dump of the database tells who was written to, or why.

The key is that of the day on which the mail expires, and is destroyed when the day is over. So a backup with a mail in
it can be read for as long as the mail could still be sent, and never after that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tenants.keystore import store
from tenants.keystore.sealing import ensure_data_key, get_data_key

SCOPE: Final = "mail"
_PURPOSE: Final = "mail.envelope"
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything of a mail that is somebody's."""

    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""


def seal_envelope(envelope: Envelope, *, mail_id: UUID, expires_at: datetime) -> bytes:
    """Return what the mail's row keeps. Raises: ExternalTemporary when the key store is away."""
    key = ensure_data_key(_owner(expires_at.date()), scope=SCOPE)
    return key.seal(asdict(envelope), purpose=_purpose(mail_id))


def open_envelope(sealed: bytes | memoryview, *, mail_id: UUID, expires_at: datetime) -> Envelope:
    """Return what the row keeps. Raises: Unreadable when its day is over; ExternalTemporary."""
    key = get_data_key(_owner(expires_at.date()), scope=SCOPE)
    return Envelope(**key.unseal(sealed, purpose=_purpose(mail_id)))


def destroy_old_keys(*, today: date) -> int:
    """Destroy the keys of days that are over, and return how many. Raises: ExternalTemporary."""
    destroyed, after = 0, UUID(int=0)
    while found := store.list_keys_of_scope(SCOPE, after=after, limit=_BATCH):
        for key in found:
            if key.owner < _owner(today):
                destroyed += store.destroy_keys(key.owner, scope=SCOPE)
        after = found[-1].owner
    if destroyed:
        store.clean()
    return destroyed


def _owner(day: date) -> UUID:
    return UUID(int=day.toordinal())


def _purpose(mail_id: UUID) -> str:
    return f"{_PURPOSE}|{mail_id}"
