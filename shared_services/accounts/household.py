"""Who lives with a person. They say so themselves: it is taken over into forms and counts as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.attributes import stale
from shared_services.accounts.events import note_event
from shared_services.accounts.models import CitizenAccount, HouseholdMember
from shared_services.accounts.values import check_birth_date, check_text, check_values, require_values
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import DataKey, get_data_key

_PURPOSE: Final = "accounts.household"
_MOST: Final = 20


class Relation(models.TextChoices):
    """What somebody is to the person."""

    PARTNER = "partner", gettext_lazy("Ehe- oder Lebenspartner")
    CHILD = "child", gettext_lazy("Kind")
    PARENT = "parent", gettext_lazy("Elternteil")
    SIBLING = "sibling", gettext_lazy("Geschwister")
    RELATIVE = "relative", gettext_lazy("andere Verwandte")
    OTHER = "other", gettext_lazy("nicht verwandt")


FIELDS: Final = ("given_name", "family_name", "birth_date", "relation")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the household. `birth_date` is ISO 8601 or empty; `relation` one of `Relation`."""

    id: UUID
    given_name: str
    family_name: str
    birth_date: str
    relation: str
    version: int
    changed_at: datetime

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.given_name} {self.family_name}".strip()


def list_household(account_id: UUID) -> list[Member]:
    """Return the household in the order in which it was told. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(HouseholdMember.objects.filter(account_id=account_id).order_by("id"))
    return [_read(key, row) for row in rows]


def get_member(account_id: UUID, *, member_id: UUID) -> Member:
    """Return one person of the household. Raises: NotFound, for somebody else's, too; Unreadable."""
    key = get_data_key(account_id)
    with as_accounts():
        row = HouseholdMember.objects.filter(id=member_id, account_id=account_id).first()
    if row is None:
        raise _gone()
    return _read(key, row)


def add_member(*, account_id: UUID, values: Mapping[str, str]) -> UUID:
    """Add somebody to the household, and return the entry's id.

    Effects: an entry "household.added" for the owner.
    Raises: InvalidInput (the fields), or when the household has grown too large to be one.
    """
    clean, key = _checked(values), get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        CitizenAccount.objects.select_for_update().get(id=account_id)
        if HouseholdMember.objects.filter(account_id=account_id).count() >= _MOST:
            raise InvalidInput(
                _("Mehr als zwanzig Personen passen nicht in einen Haushalt. Entfernen Sie zuerst jemanden."),
                code="household_full",
            )
        row = HouseholdMember.objects.create(account_id=account_id, sealed=key.seal(clean, purpose=_PURPOSE))
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="household.added")
    return row.id


def change_member(*, account_id: UUID, member_id: UUID, version: int, values: Mapping[str, str]) -> None:
    """Change what is known of somebody; `version` is the one that the person saw.

    Effects: an entry "household.changed" for the owner.
    Raises: InvalidInput (the fields); NotFound; Conflict (code "stale").
    """
    clean, key = _checked(values), get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        row = HouseholdMember.objects.select_for_update().filter(id=member_id, account_id=account_id).first()
        if row is None:
            raise _gone()
        if row.version != version:
            raise stale()
        row.sealed, row.version, row.changed_at = key.seal(clean, purpose=_PURPOSE), version + 1, timezone.now()
        row.save(update_fields=["sealed", "version", "changed_at"])
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="household.changed")


def remove_member(*, account_id: UUID, member_id: UUID) -> None:
    """Forget somebody of the household.

    Effects: an entry "household.removed" for the owner.
    Raises: NotFound, for somebody else's, too.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        if not HouseholdMember.objects.filter(id=member_id, account_id=account_id).delete()[0]:
            raise _gone()
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="household.removed")


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    given = {name: values.get(name, "") for name in FIELDS}
    require_values(
        given,
        names={
            "given_name": _("Geben Sie den Vornamen ein."),
            "family_name": _("Geben Sie den Nachnamen ein."),
            "relation": _("Wählen Sie aus, wer die Person für Sie ist."),
        },
    )
    return check_values(given, checks={"birth_date": check_birth_date, "relation": _check_relation})


def _check_relation(value: str) -> str:
    if value not in Relation:
        raise ValueError(_("Wählen Sie aus, wer die Person für Sie ist."))
    return check_text(value)


def _read(key: DataKey, row: HouseholdMember) -> Member:
    said: dict[str, Any] = key.unseal(row.sealed, purpose=_PURPOSE)
    told = {name: str(said.get(name, "")) for name in FIELDS}
    return Member(id=row.id, **told, version=row.version, changed_at=row.changed_at)


def _gone() -> NotFound:
    return NotFound(_("Diese Person steht nicht mehr in Ihrem Haushalt. Gehen Sie zurück zu Ihren Daten."))
