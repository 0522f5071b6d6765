"""Messages of people without an account: each is sealed with a key of its own, which goes with the message.

Whoever writes to a town or a region need not be known, so there is no person whose key could be taken. The key's owner
is the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.keystore import store
from tenants.keystore.sealing import DataKey, Unreadable, ensure_data_key, get_data_key, get_data_keys


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote. `page` is what they named as the place, `contact` the address for an answer, if any."""

    text: str
    page: str
    contact: str


def unreadable() -> str:
    """Return what stands in the place of a message whose key is gone."""
    return _("Diese Nachricht kann nicht mehr gelesen werden, denn ihr Schlüssel fehlt. Sie können sie löschen.")


@dataclass(frozen=True, slots=True)
class Box:
    """Where messages of one kind are sealed: the scope of their keys, and table and column."""

    scope: str
    purpose: str

    def seal(self, message_id: UUID, message: Message) -> bytes:
        """Return what the row keeps; the message's key is made now. Raises: ExternalTemporary."""
        return ensure_data_key(message_id, scope=self.scope).seal(asdict(message), purpose=self.purpose)

    def unseal(self, rows: Mapping[UUID, bytes | memoryview]) -> dict[UUID, Message]:
        """Return the messages that can be read, their keys in one query. Raises: ExternalTemporary."""
        found, keys = {}, self._usable_keys(rows)
        for message_id, key in keys.items():
            try:
                found[message_id] = Message(**key.unseal(rows[message_id], purpose=self.purpose))
            except Unreadable:
                continue
        return found

    def destroy(self, message_id: UUID) -> None:
        """Destroy the key of a message, before its row goes. Raises: ExternalTemporary.

        A message without a key is gone for good; a key that outlives its message would open it in a backup.
        """
        store.destroy_keys(message_id, scope=self.scope)

    def _usable_keys(self, rows: Mapping[UUID, bytes | memoryview]) -> dict[UUID, DataKey]:
        if not rows:
            return {}
        try:
            return get_data_keys(rows.keys(), scope=self.scope)
        except Unreadable:
            pass
        # One of them at least is wrapped by a master key that is gone: the others can still be read.
        usable = {}
        for message_id in rows:
            try:
                usable[message_id] = get_data_key(message_id, scope=self.scope)
            except Unreadable:
                continue
        return usable
