"""All that is kept of a person, as plain values: for the person to read and to take along (GDPR art. 15 and 20).

The format is documented in docs/integrator/account-export.md. What is added to it leaves `VERSION` alone; what changes
or goes moves it.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shared_services.accounts import personaldata
from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.book import get_own_account
from shared_services.accounts.businesses import FIELDS as BUSINESS_FIELDS
from shared_services.accounts.businesses import list_businesses
from shared_services.accounts.documents import Document, export_documents
from shared_services.accounts.events import Happened, list_events, note_event
from shared_services.accounts.household import FIELDS as MEMBER_FIELDS
from shared_services.accounts.household import list_household
from shared_services.accounts.identities import has_state_id, list_identities
from shared_services.accounts.looks import SeenBy, list_looks
from shared_services.accounts.models import CitizenAccount, KnownDevice
from shared_services.accounts.passkeys import list_passkeys
from shared_services.accounts.periods import deletion_day
from shared_services.accounts.secondfactor import get_factors
from shared_services.accounts.sessions import list_sessions
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.keystore.sealing import get_data_key
from tenants.registry.sites import directory
from tenants.trust import TrustLevel

FORMAT: Final = "verbund-account"
VERSION: Final = 2
# More than any account has: an export leaves nothing out.
_ALL: Final = 1_000_000


def export_account_data(account_id: UUID) -> dict[str, Any]:
    """Return everything that is kept of a person: plain JSON values, times in ISO 8601 with their zone.

    Passwords, secrets of factors and keyed hashes are no data of the person and are left out; that there are some is
    said. A town that can't be asked is named with `is_complete` false.
    Raises: NotFound when the account is closed; Unreadable; ExternalTemporary.
    """
    found = {
        "format": FORMAT,
        "version": VERSION,
        "created_at": timezone.now(),
        "account": _account(account_id),
        "attributes": _attributes(account_id),
        "household": [
            {name: getattr(one, name) for name in (*MEMBER_FIELDS, "changed_at")} for one in list_household(account_id)
        ],
        "companies": _companies(account_id),
        "sign_in": _sign_in(account_id),
        "sessions": _sessions(account_id),
        "events": [_event(one) for one in list_events(account_id, limit=_ALL)],
        "looks": [_look(one) for one in list_looks(account_id, limit=_ALL)],
        "parts": personaldata.export_parts(account_id),
        "towns": [
            {"town": one.town.official_name, "slug": one.town.slug, "is_complete": one.is_complete, "parts": one.parts}
            for one in personaldata.export_towns(account_id)
        ],
    }
    return {name: _plain(value) for name, value in found.items()}


def note_exported(*, account_id: UUID, ending: str) -> None:
    """Tell the owner that somebody took a copy of it all away. Effects: an entry "data.exported"."""
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        actor = Actor(kind="citizen", id=account_id)
        note_event(key, actor=actor, action="data.exported", details={"ending": ending})


def _account(account_id: UUID) -> dict[str, Any]:
    own = get_own_account(account_id)
    with as_accounts():
        row = CitizenAccount.objects.get(id=account_id)
    return {
        "id": own.id,
        "email": own.email,
        "language": own.language,
        "created_at": own.created_at,
        "last_used_on": row.last_used_on,
        "deletion_announced_at": row.deletion_announced_at,
        "unused_until": deletion_day(row.last_used_on),
    }


def _attributes(account_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "name": str(one.name),
            "value": one.value,
            "level": one.level,
            "source": one.source or "person",
            "known_since": one.known_since,
        }
        for one in list_attributes(account_id).values()
    ]


def _companies(account_id: UUID) -> list[dict[str, Any]]:
    names = (*BUSINESS_FIELDS, "level", "source", "proved_at", "changed_at")
    documents = export_documents(account_id)
    return [
        {
            "proof": str(one.proof),
            **{name: getattr(one, name) for name in names},
            "document": _document(documents.get(one.id)),
        }
        for one in list_businesses(account_id)
    ]


def _document(one: Document | None) -> dict[str, Any] | None:
    if one is None:
        return None
    content = base64.b64encode(one.data).decode()
    return {"media_type": str(one.kind.value), "handed_in_at": one.handed_in_at, "content_base64": content}


def _sign_in(account_id: UUID) -> dict[str, Any]:
    factors = get_factors(account_id)
    with as_accounts():
        devices = list(KnownDevice.objects.filter(account_id=account_id).order_by("id"))
    return {
        "has_password": get_own_account(account_id).has_password,
        "has_app": factors.has_app,
        "recovery_codes_left": factors.codes_left,
        "passkeys": [asdict(one) for one in list_passkeys(account_id)],
        "identities": [asdict(one) for one in list_identities(account_id)],
        "has_bpk2": has_state_id(account_id),
        "known_devices": [{"first_seen_at": one.first_seen_at, "last_seen_on": one.last_seen_on} for one in devices],
    }


def _sessions(account_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "site": _site(one.site),
            "level": one.level,
            "user_agent": one.user_agent,
            "started_at": one.started_at,
            "seen_at": one.seen_at,
            "ended_at": one.ended_at,
        }
        for one in list_sessions(account_id)
    ]


def _site(site: str) -> str:
    """Return the short name of a session's portal: that of a town, or of a region's umbrella."""
    towns = {str(town.id): town.slug for town in directory.snapshot().tenants.values()}
    return towns.get(site, site)


def _event(one: Happened) -> dict[str, Any]:
    details = {**one.details, "site": _site(str(one.details["site"]))} if "site" in one.details else one.details
    return {"at": one.at, "action": one.action, "by": one.actor_kind, "town": _town(one.tenant_id), "details": details}


def _look(one: SeenBy) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("at", "role", "office", "what", "reason", "reference")}
    return {**told, "town": _town(one.tenant_id)}


def _town(tenant_id: UUID | None) -> str:
    town = directory.snapshot().tenants_by_id.get(tenant_id) if tenant_id else None
    return town.official_name if town else ""


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, TrustLevel):
        return value.word
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
