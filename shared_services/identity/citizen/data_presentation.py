"""A person's own data in words: what is known, how surely, from whom and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.attributes import Attribute
from shared_services.accounts.businesses import Business, BusinessRole, LegalForm
from shared_services.accounts.documents import HandedIn
from shared_services.accounts.household import Member, Relation
from shared_services.accounts.models import AttributeName, BusinessProof
from shared_services.accounts.values import bank_name, mask_iban, readable_iban
from shared_services.identity.citizen.data_groups import GROUPS, Group
from shared_services.identity.citizen.ways import list_ways_up
from tenants.phones import readable_phone
from tenants.trust import TrustLevel

_LEVELS: Final = {
    TrustLevel.NONE: gettext_lazy("Vertrauensniveau keines"),
    TrustLevel.BASIS: gettext_lazy("Vertrauensniveau einfach"),
    TrustLevel.SUBSTANTIELL: gettext_lazy("Vertrauensniveau substantiell"),
    TrustLevel.HOCH: gettext_lazy("Vertrauensniveau hoch"),
}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value. `day` is set where the value is a day, to be written in the reader's language."""

    name: str
    label: str
    text: str
    day: date | None
    level: str
    source: str
    since: datetime
    is_locked: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """One group. `locked_by`: the services that vouch for what is locked here."""

    group: Group
    values: Sequence[ShownValue]
    locked_by: Sequence[str]

    @property
    def can_be_changed(self) -> bool:
        """Whether anything is left that the person may change."""
        return len([one for one in self.values if one.is_locked]) < len(self.group.names)


@dataclass(frozen=True, slots=True)
class ShownMember:
    """Somebody of the household."""

    member: Member
    relation: str
    born: date | None


@dataclass(frozen=True, slots=True)
class ShownBusiness:
    """A company, and how it was proved that the person may act for it."""

    business: Business
    document: HandedIn | None
    legal_form: str
    register: str
    address: str
    role: str
    proof: str
    source: str
    level: str


def present_groups(known: Mapping[str, Attribute], *, shows_iban: bool) -> list[ShownGroup]:
    """Return everything known of a person, in the groups of the page."""
    return [present_group(group, known, shows_iban=shows_iban) for group in GROUPS.values()]


def present_group(group: Group, known: Mapping[str, Attribute], *, shows_iban: bool) -> ShownGroup:
    """Return what is known of one group. An IBAN is masked unless somebody asked to see it."""
    values = [_value(known[name], shows_iban=shows_iban) for name in group.names if name in known]
    locked_by = sorted({one.source for one in values if one.is_locked})
    return ShownGroup(group, values, locked_by)


def present_household(members: Sequence[Member]) -> list[ShownMember]:
    """Return the household in words."""
    return [ShownMember(one, _label(Relation, one.relation), _day(one.birth_date)) for one in members]


def present_businesses(
    businesses: Sequence[Business], *, documents: Mapping[UUID, HandedIn] | None = None
) -> list[ShownBusiness]:
    """Return companies in words, with what was handed in for them."""
    handed_in = documents or {}
    return [
        ShownBusiness(
            business=one,
            document=handed_in.get(one.id),
            legal_form=_label(LegalForm, one.legal_form),
            register=", ".join(part for part in (one.register_court, one.register_number) if part),
            address=", ".join(part for part in (one.street, f"{one.postcode} {one.city}".strip()) if part),
            role=_label(BusinessRole, one.role),
            proof=proof_name(one.proof, handed_in.get(one.id)),
            source=source_name(one.source),
            level=level_name(one.level),
        )
        for one in businesses
    ]


def proof_name(proof: BusinessProof, document: object) -> str:
    """Return how surely a person may act for a company, in words: a document waits for whoever decides on it."""
    if proof == BusinessProof.NONE:
        return _("Nachweis eingereicht, nicht geprüft") if document else _("nur angegeben, nicht nachgewiesen")
    return str(proof.label)


def level_name(level: TrustLevel) -> str:
    """Return a trust level in words."""
    return str(_LEVELS[level])


def source_name(source: str) -> str:
    """Return who said something: a provider by its name for people, or the person."""
    if not source:
        return _("Ihnen selbst")
    return dict(list_ways_up(TrustLevel.NONE)).get(source, source)


def text_of(one: Attribute, *, shows_iban: bool) -> str:
    """Return a value as people read it; days are left as they are kept."""
    if one.name == AttributeName.PHONE:
        return readable_phone(one.value) if one.value.startswith("+") else one.value
    if one.name == AttributeName.IBAN:
        shown = readable_iban(one.value) if shows_iban else mask_iban(one.value)
        bank = bank_name(one.value)
        return f"{shown} ({bank})" if bank else shown
    return one.value


def _value(one: Attribute, *, shows_iban: bool) -> ShownValue:
    return ShownValue(
        name=one.name,
        label=str(AttributeName(one.name).label),
        text=text_of(one, shows_iban=shows_iban),
        day=_day(one.value) if one.name == AttributeName.BIRTH_DATE else None,
        level=level_name(one.level),
        source=source_name(one.source),
        since=one.known_since,
        is_locked=one.is_locked,
    )


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None  # a provider may write days as it likes: then its words are shown


def _label(choices: type[Relation | LegalForm | BusinessRole], value: str) -> str:
    return str(choices(value).label) if value in choices else ""
