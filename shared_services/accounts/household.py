"""Who lives with a person. They say so themselves: it is taken over into forms and counts as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.entries import EntryList
from shared_services.accounts.models import HouseholdMember
from shared_services.accounts.values import check_birth_date, check_text, check_values, require_values
from tenants.errors import InvalidInput, NotFound


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
    return _HOUSEHOLD.list_entries(account_id)


def get_member(account_id: UUID, *, member_id: UUID) -> Member:
    """Return one person of the household. Raises: NotFound, for somebody else's, too; Unreadable."""
    return _HOUSEHOLD.get_entry(account_id, entry_id=member_id)


def add_member(*, account_id: UUID, values: Mapping[str, str]) -> UUID:
    """Add somebody to the household, and return the entry's id.

    Effects: an entry "household.added" for the owner.
    Raises: InvalidInput (the fields), or when the household has grown too large to be one.
    """
    return _HOUSEHOLD.add(account_id=account_id, values=values)


def change_member(*, account_id: UUID, member_id: UUID, version: int, values: Mapping[str, str]) -> None:
    """Change what is known of somebody; `version` is the one that the person saw.

    Effects: an entry "household.changed" for the owner.
    Raises: InvalidInput (the fields); NotFound; Conflict (code "stale").
    """
    _HOUSEHOLD.change(account_id=account_id, entry_id=member_id, version=version, values=values)


def remove_member(*, account_id: UUID, member_id: UUID) -> None:
    """Forget somebody of the household.

    Effects: an entry "household.removed" for the owner.
    Raises: NotFound, for somebody else's, too.
    """
    _HOUSEHOLD.remove(account_id=account_id, entry_id=member_id)


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


def _read(row: HouseholdMember, said: dict[str, Any]) -> Member:
    told = {name: str(said.get(name, "")) for name in FIELDS}
    return Member(id=row.id, **told, version=row.version, changed_at=row.changed_at)


def _full() -> InvalidInput:
    return InvalidInput(
        _("Mehr als zwanzig Personen passen nicht in einen Haushalt. Entfernen Sie zuerst jemanden."),
        code="household_full",
    )


def _gone() -> NotFound:
    return NotFound(_("Diese Person steht nicht mehr in Ihrem Haushalt. Gehen Sie zurück zu Ihren Daten."))


_HOUSEHOLD: Final = EntryList(
    model=HouseholdMember,
    purpose="accounts.household",
    event="household",
    check=_checked,
    read=_read,
    full=_full,
    gone=_gone,
)
