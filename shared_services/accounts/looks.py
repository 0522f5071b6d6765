"""Who looked at a person's data: what the owner is told, and how a town's own code says that somebody looked.

A town's role may not even see that there are accounts. So its code tells by the outbox, in the transaction of the look
itself; the projector adds the entry to the account. What is told is sealed for its owner before it is written.

Owners are told the office and the role, when, what and why, and not the clerk's name: they have a right to know when
and for what their data was looked at, and to the names of those who act on the authority's orders only where they need
them to defend their rights. Source: GDPR art. 15(1); Court of Justice of the EU, C-579/21, 22 June 2023. Who it was
stands in the town's own audit trail, which its auditors read.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.events import LOOKED_AT
from shared_services.accounts.models import AccountEvent, CitizenAccount
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_accounts, current_tenant
from tenants.errors import NotAllowed
from tenants.keystore.sealing import DataKey, Unreadable, get_data_key, get_data_keys
from tenants.outbox.services import publish_many
from tenants.registry.sites import directory

KIND: Final = "accounts.look"
log = structlog.get_logger(__name__)

_PURPOSE: Final = "accounts.look"
_OFFICE_LENGTH: Final = 200
_REFERENCE_LENGTH: Final = 80
PAGE_LENGTH: Final = 50


class LookedAt(models.TextChoices):
    """What was looked at."""

    PERSON = "person", gettext_lazy("Name und Geburtsdaten")
    ADDRESS = "address", gettext_lazy("Anschrift")
    CONTACT = "contact", gettext_lazy("Kontaktdaten")
    BANK = "bank", gettext_lazy("Bankverbindung")
    HOUSEHOLD = "household", gettext_lazy("Haushalt")
    COMPANIES = "companies", gettext_lazy("Unternehmen")
    APPLICATION = "application", gettext_lazy("Antrag")
    DOCUMENTS = "documents", gettext_lazy("Unterlagen")
    MESSAGES = "messages", gettext_lazy("Nachrichten")
    APPOINTMENT = "appointment", gettext_lazy("Termin")
    PAYMENTS = "payments", gettext_lazy("Zahlungen")


class LookReason(models.TextChoices):
    """Why somebody looked. Curiosity is none."""

    APPLICATION = "application", gettext_lazy("Bearbeitung Ihres Antrags")
    MESSAGE = "message", gettext_lazy("Antwort auf Ihre Nachricht")
    APPOINTMENT = "appointment", gettext_lazy("Vorbereitung Ihres Termins")
    PAYMENT = "payment", gettext_lazy("Zuordnung Ihrer Zahlung")
    REQUEST = "request", gettext_lazy("auf Ihren Wunsch")
    DUTY = "duty", gettext_lazy("gesetzliche Pflicht")
    REVIEW = "review", gettext_lazy("Prüfung durch die Revision")
    FAULT = "fault", gettext_lazy("Behebung einer Störung")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody at a town looked at. `office` is its name then, `reference` a case number and nothing personal."""

    what: Collection[LookedAt]
    reason: LookReason
    office: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A look as the owner is told of it. `role` is that of the person who looked, as the town's roles are called."""

    id: UUID
    at: datetime
    tenant_id: UUID | None
    role: str
    office: str
    what: tuple[str, ...]
    reason: str
    reference: str


class Event(Protocol):
    """What the projection needs of an outbox event."""

    id: UUID
    owner_role: str
    data: Any


def note_look(*, actor: Actor, account_ids: Collection[UUID], look: Look) -> None:
    """Tell people that their data was looked at, in the running transaction, inside the town.

    Call it in the transaction that reads what is shown: without its commit nothing may be shown. Accounts that are
    deleted are passed over. Many at once cost as many statements as one.
    Effects: an entry for each owner once the outbox is projected; one entry for each in the town's audit trail.
    Raises: NotAllowed unless staff of this town or a program of it acts; ExternalTemporary without the key store.
    """
    tenant = current_tenant()
    if not (actor.is_staff_of(tenant.id) or actor.kind == "system"):
        raise NotAllowed(_("Angaben von Bürgerinnen und Bürgern sieht nur, wer in dieser Kommune dafür arbeitet."))
    if not transaction.get_connection().in_atomic_block:
        message = "a look is noted in the transaction that reads"
        raise RuntimeError(message)
    told = _told(actor, look)
    keys = get_data_keys(set(account_ids))
    publish_many(
        kind=KIND,
        data=[
            {
                "account": str(owner),
                "at": timezone.now().isoformat(),
                "actor_kind": actor.kind,
                "sealed": base64.b64encode(key.seal(told, purpose=_PURPOSE)).decode(),
            }
            for owner, key in keys.items()
        ],
    )
    for owner in keys:
        data = {"what": sorted(told["what"]), "reason": told["reason"], "reference": told["reference"]}
        record(actor=actor, action="citizen.looked_at", subject=f"citizen:{owner}", data=data)


def list_looks(
    account_id: UUID, *, tenant_id: UUID | None = None, before: UUID | None = None, limit: int = PAGE_LENGTH
) -> list[SeenBy]:
    """Return the newest looks at an account's data, those of one town, or those older than one.

    Raises: Unreadable; ExternalTemporary.
    """
    key = get_data_key(account_id)
    with as_accounts():
        rows = AccountEvent.objects.filter(account_id=account_id, action=LOOKED_AT).order_by("-id")
        rows = rows.filter(tenant_id=tenant_id) if tenant_id else rows
        found = list(rows.filter(id__lt=before)[:limit] if before else rows[:limit])
    return [_seen(row, _contents(key, row)) for row in found]


def list_looking_towns(account_id: UUID) -> list[UUID]:
    """Return the towns whose staff looked at an account's data."""
    with as_accounts():
        rows = AccountEvent.objects.filter(account_id=account_id, action=LOOKED_AT, tenant_id__isnull=False)
        found = rows.order_by("tenant_id").values_list("tenant_id", flat=True).distinct()
        return [tenant_id for tenant_id in found if tenant_id is not None]


def add_look(event: Event) -> None:
    """Add a town's look to the account, once: the event's own id is the entry's. A deleted account gets none."""
    with as_accounts():
        account_id = UUID(event.data["account"])
        if CitizenAccount.objects.filter(id=account_id).exists():
            AccountEvent.objects.bulk_create(
                [
                    AccountEvent(
                        id=event.id,
                        account_id=account_id,
                        at=datetime.fromisoformat(event.data["at"]),
                        action=LOOKED_AT,
                        actor_kind=event.data["actor_kind"],
                        tenant_id=_writer_of(event),
                        sealed=base64.b64decode(event.data["sealed"]),
                    )
                ],
                ignore_conflicts=True,
            )


def _writer_of(event: Event) -> UUID | None:
    """Return the town that wrote an event, by its role, which row-level security has checked."""
    towns = directory.snapshot().tenants_by_id
    return next((town_id for town_id, town in towns.items() if town.ref.role == event.owner_role), None)


def _told(actor: Actor, look: Look) -> dict[str, Any]:
    return {
        "what": [str(one) for one in look.what],
        "reason": str(look.reason),
        "office": look.office[:_OFFICE_LENGTH],
        "role": _role(actor.roles),
        "reference": look.reference[:_REFERENCE_LENGTH],
    }


def _role(roles: Collection[str]) -> str:
    """Return the role in which somebody with several looked: the closest to the work comes first."""
    order: Sequence[str] = ("clerk", "cashier", "auditor", "editor", "translator", "administrator")
    known = [role for role in order if role in roles]
    return known[0] if known else next(iter(sorted(roles)), "")


def _contents(key: DataKey, row: AccountEvent) -> dict[str, Any]:
    """Return what was told; nothing where a town's code wrote what does not open. The look itself is shown."""
    try:
        return dict(key.unseal(row.sealed or b"", purpose=_PURPOSE))
    except Unreadable:
        log.warning("accounts.look_unreadable", tenant_id=str(row.tenant_id))
        return {}


def _seen(row: AccountEvent, told: dict[str, Any]) -> SeenBy:
    return SeenBy(
        id=row.id,
        at=row.at,
        tenant_id=row.tenant_id,
        role=str(told.get("role", "")),
        office=str(told.get("office", "")),
        what=tuple(told.get("what", ())),
        reason=str(told.get("reason", "")),
        reference=str(told.get("reference", "")),
    )
