"""What is known of a person, each attribute with the trust level at which it is known."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.events import note_event
from shared_services.accounts.models import AccountAttribute, AttributeName, CitizenAccount
from shared_services.accounts.values import ATTRIBUTE_CHECKS, check_values, require_postcode_of_country
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import Conflict, InvalidInput
from tenants.keystore.sealing import DataKey, get_data_key
from tenants.trust import TrustLevel

_PURPOSE: Final = "accounts.attribute."
_VERSION_LENGTH: Final = 24


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


def version_of(known: Mapping[str, Attribute], names: Collection[str]) -> str:
    """Return what changes whenever one of these attributes does: a form brings it back. It tells no value."""
    marks = [
        f"{name}:{known[name].level}:{known[name].known_since.isoformat()}" for name in sorted(names) if name in known
    ]
    return hashlib.sha256("|".join(marks).encode()).hexdigest()[:_VERSION_LENGTH]


def change_attributes(*, account_id: UUID, values: Mapping[str, str], version: str | None = None) -> list[str]:
    """Store what the person says, checked; an empty value is forgotten. Return the names that changed.

    `version` is what `version_of` gave for these names when the person began; None where nobody has looked at a form.
    Effects: an entry "data.changed" that names the fields.
    Raises: InvalidInput (the fields) for what a provider has verified or what can't be; Conflict (code "stale") when
        something changed meanwhile.
    """
    wanted = {name: value for name, value in values.items() if name in AttributeName}
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        # One form at a time: the next one sees what this one has stored.
        CitizenAccount.objects.select_for_update().get(id=account_id)
        known = {row.name: _read(key, row) for row in AccountAttribute.objects.filter(account_id=account_id)}
        if version is not None and version != version_of(known, wanted):
            raise stale()
        changed = _changed(known, wanted)
        for name, value in changed.items():
            if value:
                _write(key, name=name, value=value, level=TrustLevel.BASIS, source="")
            else:
                AccountAttribute.objects.filter(account_id=account_id, name=name).delete()
        if changed:
            actor, details = Actor(kind="citizen", id=account_id), {"fields": sorted(changed)}
            note_event(key, actor=actor, action="data.changed", details=details)
    return list(changed)


def stale() -> Conflict:
    """Return what is said to whoever changes what has changed since they looked."""
    return Conflict(
        _("Diese Angaben haben sich inzwischen geändert. Vergleichen Sie, was jetzt gilt, und speichern Sie dann."),
        code="stale",
    )


def _changed(known: Mapping[str, Attribute], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what is new in what the person says. Raises: InvalidInput."""
    said = {name: " ".join(value.split()) for name, value in wanted.items()}
    locked = [name for name in said if name in known and known[name].is_locked and said[name] != known[name].value]
    if locked:
        sentence = _("Diese Angabe ist geprüft. Ändern kann sie nur der Dienst, von dem sie kommt.")
        raise InvalidInput(sentence, code="locked", data={"fields": {name: [sentence] for name in locked}})
    said = {name: value for name, value in said.items() if name not in known or not known[name].is_locked}
    clean = check_values(said, checks=ATTRIBUTE_CHECKS)
    if "postcode" in clean:
        country = known["country"].value if "country" in known else ""
        require_postcode_of_country({"country": country, **clean})
    return {name: value for name, value in clean.items() if value != (known[name].value if name in known else "")}


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
