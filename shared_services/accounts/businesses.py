"""The companies for which a person acts, and how it was proved that they may.

What the person types is never a proof: it is shown as unproved and `is_proved` is false until a provider or a document
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.entries import EntryList
from shared_services.accounts.models import BusinessDocument, BusinessPerson, BusinessProof
from shared_services.accounts.values import check_postcode, check_text, check_values, require_values
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import DataKey, index_of, indexes_of
from tenants.trust import TrustLevel

_PURPOSE: Final = "accounts.business"
_INDEX: Final = "accounts.organisation"
FIELDS: Final = (
    "company",
    "legal_form",
    "register_court",
    "register_number",
    "street",
    "postcode",
    "city",
    "role",
)


class LegalForm(models.TextChoices):
    """How a company is constituted. Source: the forms that the commercial register and tax offices know."""

    SOLE = "sole", gettext_lazy("Einzelunternehmen")
    EK = "ek", gettext_lazy("Eingetragener Kaufmann, eingetragene Kauffrau (e. K.)")
    FREELANCE = "freelance", gettext_lazy("Freier Beruf")
    GBR = "gbr", gettext_lazy("Gesellschaft bürgerlichen Rechts (GbR)")
    OHG = "ohg", gettext_lazy("Offene Handelsgesellschaft (OHG)")
    KG = "kg", gettext_lazy("Kommanditgesellschaft (KG)")
    GMBH_KG = "gmbh_kg", gettext_lazy("GmbH & Co. KG")
    GMBH = "gmbh", gettext_lazy("Gesellschaft mit beschränkter Haftung (GmbH)")
    UG = "ug", gettext_lazy("Unternehmergesellschaft (haftungsbeschränkt)")
    AG = "ag", gettext_lazy("Aktiengesellschaft (AG)")
    EG = "eg", gettext_lazy("Genossenschaft (eG)")
    EV = "ev", gettext_lazy("Eingetragener Verein (e. V.)")
    FOUNDATION = "foundation", gettext_lazy("Stiftung")
    PUBLIC = "public", gettext_lazy("Körperschaft oder Anstalt des öffentlichen Rechts")
    OTHER = "other", gettext_lazy("andere Rechtsform")


class BusinessRole(models.TextChoices):
    """What the person is there."""

    OWNER = "owner", gettext_lazy("Inhaberin oder Inhaber")
    MANAGER = "manager", gettext_lazy("Geschäftsführung oder Vorstand")
    PARTNER = "partner", gettext_lazy("Gesellschafterin oder Gesellschafter")
    PROXY = "proxy", gettext_lazy("Prokura")
    AUTHORISED = "authorised", gettext_lazy("bevollmächtigt")
    EMPLOYEE = "employee", gettext_lazy("angestellt, im Auftrag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A company for which the person acts. `level` and `source` are those of the proof."""

    id: UUID
    company: str
    legal_form: str
    register_court: str
    register_number: str
    street: str
    postcode: str
    city: str
    role: str
    proof: BusinessProof
    level: TrustLevel
    source: str
    proved_at: datetime | None
    version: int
    changed_at: datetime

    @property
    def is_proved(self) -> bool:
        """Whether the right to act for the company counts."""
        return self.proof != BusinessProof.NONE


def list_businesses(account_id: UUID) -> list[Business]:
    """Return the companies in the order in which they were told. Raises: Unreadable; ExternalTemporary."""
    return _BUSINESSES.list_entries(account_id)


def get_business(account_id: UUID, *, business_id: UUID) -> Business:
    """Return one company. Raises: NotFound, for somebody else's, too; Unreadable."""
    return _BUSINESSES.get_entry(account_id, entry_id=business_id)


def add_business(*, account_id: UUID, values: Mapping[str, str]) -> UUID:
    """Add a company that nobody has vouched for yet, and return the entry's id.

    Effects: an entry "business.added" for the owner.
    Raises: InvalidInput (the fields), or when there are too many.
    """
    return _BUSINESSES.add(account_id=account_id, values=values)


def change_business(*, account_id: UUID, business_id: UUID, version: int, values: Mapping[str, str]) -> None:
    """Change what the person says of a company; `version` is the one that the person saw.

    The name of a company that a provider vouches for stays: the proof is for that company and no other.
    Effects: an entry "business.changed" for the owner. A document goes, and its proof is void, when the name changes.
    Raises: InvalidInput (the fields); NotFound; Conflict (code "stale").
    """
    _BUSINESSES.change(account_id=account_id, entry_id=business_id, version=version, values=values, revise=_revised)


def remove_business(*, account_id: UUID, business_id: UUID) -> None:
    """Forget a company. One that a provider vouches for comes back with the next sign-in there.

    Effects: an entry "business.removed" for the owner.
    Raises: NotFound, for somebody else's, too.
    """
    _BUSINESSES.remove(account_id=account_id, entry_id=business_id)


def learn_business(key: DataKey, *, organisation_id: str, name: str, level: TrustLevel, source: str) -> None:
    """Take over for which company a provider says that the person acts, in the running transaction in `as_accounts`.

    Only from `substantiell` on is that a proof; below it, nothing is learned.
    """
    if not organisation_id or not name or not source or level < TrustLevel.SUBSTANTIELL:
        return
    indexes = indexes_of(organisation_id, purpose=_INDEX)
    rows = BusinessPerson.objects.select_for_update()
    row = rows.filter(account_id=key.owner, organisation_index__in=indexes).first()
    known = dict(key.unseal(row.sealed, purpose=_PURPOSE)) if row else {}
    if row is None:
        row = BusinessPerson(account_id=key.owner, organisation_index=index_of(organisation_id, purpose=_INDEX))
    elif known.get("company") != name:
        row.version += 1  # a form that is open now shows the old name
        row.changed_at = timezone.now()
    row.proof, row.proved_at, row.level, row.source = BusinessProof.PROVIDER, timezone.now(), level, source
    row.sealed = key.seal({**dict.fromkeys(FIELDS, ""), **known, "company": name}, purpose=_PURPOSE)
    row.save()


def _revised(row: BusinessPerson, before: Business, values: Mapping[str, str]) -> dict[str, str]:
    is_vouched = before.proof == BusinessProof.PROVIDER
    clean = _checked({**values, "company": before.company} if is_vouched else values)
    if clean["company"] != before.company:
        # A document is about that company and no other.
        BusinessDocument.objects.filter(business=row).delete()
        if before.proof == BusinessProof.DOCUMENT:
            row.proof, row.proved_at, row.level = BusinessProof.NONE, None, TrustLevel.NONE
    return clean


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    given = {name: values.get(name, "") for name in FIELDS}
    require_values(
        given,
        names={
            "company": _("Geben Sie den Namen des Unternehmens ein."),
            "role": _("Wählen Sie aus, in welcher Rolle Sie handeln."),
        },
    )
    return check_values(
        given, checks={"legal_form": _check_legal_form, "postcode": check_postcode, "role": _check_role}
    )


def _check_legal_form(value: str) -> str:
    if value not in LegalForm:
        raise ValueError(_("Wählen Sie eine Rechtsform aus der Liste."))
    return check_text(value)


def _check_role(value: str) -> str:
    if value not in BusinessRole:
        raise ValueError(_("Wählen Sie aus, in welcher Rolle Sie handeln."))
    return check_text(value)


def _read(row: BusinessPerson, said: dict[str, Any]) -> Business:
    return Business(
        id=row.id,
        **{name: str(said.get(name, "")) for name in FIELDS},
        proof=BusinessProof(row.proof),
        level=TrustLevel(row.level),
        source=row.source,
        proved_at=row.proved_at,
        version=row.version,
        changed_at=row.changed_at,
    )


def _full() -> InvalidInput:
    return InvalidInput(
        _("Sie haben schon zwanzig Unternehmen eingetragen. Entfernen Sie zuerst eines."), code="too_many"
    )


def _gone() -> NotFound:
    return NotFound(_("Dieses Unternehmen steht nicht mehr bei Ihren Daten. Gehen Sie zurück zu Ihren Daten."))


_BUSINESSES: Final = EntryList(
    model=BusinessPerson,
    purpose=_PURPOSE,
    event="business",
    check=_checked,
    read=_read,
    full=_full,
    gone=_gone,
)
