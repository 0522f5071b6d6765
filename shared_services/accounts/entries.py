"""Lists that a person tells of themselves, as household and companies: sealed entries, each with a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shared_services.accounts.attributes import stale
from shared_services.accounts.events import note_event
from shared_services.accounts.models import CitizenAccount, OwnEntry
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import DataKey, get_data_key

Row = TypeVar("Row", bound=OwnEntry)
Told = TypeVar("Told")
Values = Mapping[str, str]
_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryList(Generic[Row, Told]):
    """One such list. `purpose` is what its rows are sealed for, `event` begins the names of its entries for the owner.

    `check` returns the values as they are kept (Raises: InvalidInput), `read` what leaves the list; `full` and `gone`
    are what is said where there are too many, and where an entry is no longer there.
    """

    model: type[Row]
    purpose: str
    event: str
    check: Callable[[Values], dict[str, str]]
    read: Callable[[Row, dict[str, Any]], Told]
    full: Callable[[], InvalidInput]
    gone: Callable[[], NotFound]

    def list_entries(self, account_id: UUID) -> list[Told]:
        """Return the entries in the order in which they were told. Raises: Unreadable; ExternalTemporary."""
        key = get_data_key(account_id)
        with as_accounts():
            rows = list(self.model._default_manager.filter(account_id=account_id).order_by("id"))
        return [self.open(key, row) for row in rows]

    def get_entry(self, account_id: UUID, *, entry_id: UUID) -> Told:
        """Return one entry. Raises: NotFound, for somebody else's, too; Unreadable."""
        key = get_data_key(account_id)
        with as_accounts():
            row = self.model._default_manager.filter(id=entry_id, account_id=account_id).first()
        if row is None:
            raise self.gone()
        return self.open(key, row)

    def add(self, *, account_id: UUID, values: Values) -> UUID:
        """Add an entry, and return its id.

        Effects: an entry "….added" for the owner.
        Raises: InvalidInput (the fields), or when there are too many.
        """
        clean, key = self.check(values), get_data_key(account_id)
        with as_accounts(), transaction.atomic():
            CitizenAccount.objects.select_for_update().get(id=account_id)
            if self.model._default_manager.filter(account_id=account_id).count() >= _MOST:
                raise self.full()
            row = self.model._default_manager.create(
                account_id=account_id, sealed=key.seal(clean, purpose=self.purpose)
            )
            self._note(key, "added")
        return row.id

    def change(
        self,
        *,
        account_id: UUID,
        entry_id: UUID,
        version: int,
        values: Values,
        revise: Callable[[Row, Told, Values], dict[str, str]] | None = None,
    ) -> None:
        """Change an entry; `version` is the one that the person saw.

        `revise` takes the place of `check` where it depends on what is known already; it may change other columns.
        Effects: an entry "….changed" for the owner.
        Raises: InvalidInput (the fields); NotFound; Conflict (code "stale").
        """
        key = get_data_key(account_id)
        with as_accounts(), transaction.atomic():
            row = self.model._default_manager.select_for_update().filter(id=entry_id, account_id=account_id).first()
            if row is None:
                raise self.gone()
            if row.version != version:
                raise stale()
            clean = revise(row, self.open(key, row), values) if revise else self.check(values)
            row.sealed, row.version, row.changed_at = key.seal(clean, purpose=self.purpose), version + 1, timezone.now()
            row.save()
            self._note(key, "changed")

    def remove(self, *, account_id: UUID, entry_id: UUID) -> None:
        """Forget an entry.

        Effects: an entry "….removed" for the owner.
        Raises: NotFound, for somebody else's, too.
        """
        key = get_data_key(account_id)
        with as_accounts(), transaction.atomic():
            if not self.model._default_manager.filter(id=entry_id, account_id=account_id).delete()[0]:
                raise self.gone()
            self._note(key, "removed")

    def open(self, key: DataKey, row: Row) -> Told:
        """Return what a row holds. Raises: Unreadable."""
        return self.read(row, dict(key.unseal(row.sealed, purpose=self.purpose)))

    def _note(self, key: DataKey, what: str) -> None:
        note_event(key, actor=Actor(kind="citizen", id=key.owner), action=f"{self.event}.{what}")
