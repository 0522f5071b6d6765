"""Looks, linked providers and what stays by law, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from shared_services.accounts.identities import Identity
from shared_services.accounts.looks import LookedAt, LookReason, SeenBy
from shared_services.accounts.personaldata import Kept
from shared_services.identity.citizen.data_presentation import level_name
from shared_services.identity.citizen.endings import OWN_LOGIN, Ending, find_ending
from shared_services.identity.citizen.rights_texts import day_in_words
from shared_services.identity.keycloak.known import provider_name
from tenants.registry.sites import directory
from tenants.staff.selectors import list_roles


@dataclass(frozen=True, slots=True)
class ShownLook:
    """A look in words."""

    at: datetime
    town: str
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """A linked provider in words. `is_this`: the running session came over it."""

    id: UUID
    source: str
    name: str
    level: str
    linked_at: datetime
    used_at: datetime
    is_this: bool
    ending: Ending | None


def present_looks(looks: Sequence[SeenBy]) -> list[ShownLook]:
    """Return looks in words."""
    return [
        ShownLook(
            at=one.at,
            town=town_name(one.tenant_id),
            who=_who(one),
            what=", ".join(str(LookedAt(code).label) if code in LookedAt else code for code in one.what) or "–",
            why=_why(one),
        )
        for one in looks
    ]


def present_identities(identities: Sequence[Identity], *, signed_in_with: str) -> list[ShownIdentity]:
    """Return linked providers in words."""
    return [
        ShownIdentity(
            id=one.id,
            source=one.source,
            name=provider_name(one.source) if one.source else _("E-Mail-Adresse und Passwort"),
            level=level_name(one.level),
            linked_at=one.linked_at,
            used_at=one.used_at,
            is_this=(one.source or OWN_LOGIN) == signed_in_with,
            ending=find_ending(one.source) if one.source else None,
        )
        for one in identities
    ]


def present_kept(kept: Sequence[tuple[str, Kept]]) -> list[str]:
    """Return what stays by law as sentences."""
    found = []
    for town, one in kept:
        until = (
            _("bis {date}").format(date=day_in_words(one.until)) if one.until else _("so lange das Gesetz es verlangt")
        )
        where = town or _("Ihr Portal")
        found.append(f"{where}: {one.what}, {until} ({one.law})")
    return found


def town_name(tenant_id: UUID | None) -> str:
    """Return a town's name, for one that has left, too."""
    town = directory.snapshot().tenants_by_id.get(tenant_id) if tenant_id else None
    return town.name if town else _("eine Kommune")


def _who(one: SeenBy) -> str:
    role = dict(list_roles()).get(one.role)
    parts = [one.office, str(role) if role else ""]
    return ", ".join(part for part in parts if part) or _("Verwaltung")


def _why(one: SeenBy) -> str:
    reason = str(LookReason(one.reason).label) if one.reason in LookReason else _("nicht angegeben")
    return f"{reason} ({one.reference})" if one.reference else reason
