"""What is known of a person, each attribute with the trust level at which it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.events import note_event
from shared_services.accounts.models import AccountAttribute, AttributeName
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput
from tenants.keystore.sealing import DataKey, get_data_key
from tenants.trust import TrustLevel

_PURPOSE: Final = "accounts.attribute."


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `source` is the provider that said so, empty where the person did. Verified ones are locked."""

    name: AttributeName
    value: str
    level: TrustLevel
    source: str
    known_since: datetime

    @property
    def is_locked(self) -> bool:
        """Whether only a provider may change it."""
        return self.level > TrustLevel.BASIS


def list_attributes(account_id: UUID) -> dict[str, Attribute]:
    """Return what is known of a person, by name. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(AccountAttribute.objects.filter(account_id=account_id))
    return {row.name: _read(key, row) for row in rows}


def learn_attributes(key: DataKey, *, values: Mapping[str, str], level: TrustLevel, source: str) -> list[str]:
    """Take over what a provider says, in the running transaction inside `as_accounts`; return the names that changed.

    What is known at a higher level stays; so does what the provider does not say.
    """
    known = {row.name: row for row in AccountAttribute.objects.select_for_update().filter(account_id=key.owner)}
    changed = []
    for name, value in values.items():
        row = known.get(name)
        if not value or name not in AttributeName or (row is not None and row.level > level):
            continue
        if row is not None and (row.level, row.source) == (level, source) and _read(key, row).value == value:
            continue
        _write(key, name=name, value=value, level=level, source=source)
        changed.append(name)
    return changed


def change_attributes(*, account_id: UUID, values: Mapping[str, str]) -> list[str]:
    """Store what the person says; an empty value is forgotten. Return the names that changed.

    Effects: an entry "data.changed" that names the fields.
    Raises: InvalidInput (the field) for what a provider has verified.
    """
    key, known = get_data_key(account_id), list_attributes(account_id)
    wanted = {name: " ".join(value.split()) for name, value in values.items() if name in AttributeName}
    current = {name: one.value for name, one in known.items()}
    changed = [name for name, value in wanted.items() if value != current.get(name, "")]
    locked = [name for name in changed if name in known and known[name].is_locked]
    if locked:
        sentence = _("Diese Angabe ist geprüft. Ändern kann sie nur der Dienst, von dem sie kommt.")
        raise InvalidInput(sentence, code="locked", data={"fields": {name: [sentence] for name in locked}})
    if not changed:
        return []
    with as_accounts(), transaction.atomic():
        for name in changed:
            if wanted[name]:
                _write(key, name=name, value=wanted[name], level=TrustLevel.BASIS, source="")
            else:
                AccountAttribute.objects.filter(account_id=account_id, name=name).delete()
        note_event(
            key, actor=Actor(kind="citizen", id=account_id), action="data.changed", details={"fields": sorted(changed)}
        )
    return changed


def _write(key: DataKey, *, name: str, value: str, level: TrustLevel, source: str) -> None:
    AccountAttribute.objects.update_or_create(
        account_id=key.owner,
        name=name,
        defaults={
            "level": level,
            "source": source,
            "known_since": timezone.now(),
            "sealed": key.seal(value, purpose=_PURPOSE + name),
        },
    )


def _read(key: DataKey, row: AccountAttribute) -> Attribute:
    return Attribute(
        name=AttributeName(row.name),
        value=str(key.unseal(row.sealed, purpose=_PURPOSE + row.name)),
        level=TrustLevel(row.level),
        source=row.source,
        known_since=row.known_since,
    )
