"""The sessions of an account: listed for the person, and ended from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from shared_services.accounts.book import info_of
from shared_services.accounts.devices import SignInDevice, note_device
from shared_services.accounts.events import note_event
from shared_services.accounts.models import AccountSession, CitizenAccount
from shared_services.accounts.people import SUBJECT
from shared_services.accounts.periods import ENDED_SESSIONS_KEPT
from shared_services.accounts.signins import of_sign_in, sign_in_of
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.keystore.sealing import DataKey, get_data_key, indexes_of
from tenants.registry.sites import directory
from tenants.trust import TrustLevel

_PURPOSE: Final = "accounts.session"
_USER_AGENT_LENGTH: Final = 300
_UMBRELLA: Final = "umbrella:"


@dataclass(frozen=True, slots=True)
class Device:
    """A session as its owner sees it. `user_agent` is what the browser said of itself.

    Sessions of one `sign_in` are of one browser: at all portals that were told of it.
    """

    id: UUID
    site: str
    level: TrustLevel
    started_at: datetime
    seen_at: datetime
    user_agent: str
    is_this: bool
    ended_at: datetime | None = None
    sign_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What a session starts with. `site` as in `identity.sessions.site_key`; `provider` is empty for the password.

    `device` is the browser where somebody signed in; None where a town was told of a sign-in at the umbrella.
    `is_told`: an umbrella was told of one at another, to which somebody came.
    """

    site: str
    level: TrustLevel
    user_agent: str
    provider: str = ""
    provider_session: str = ""
    device: SignInDevice | None = None
    is_told: bool = False


def open_session(*, account_id: UUID, new: NewSession, key: DataKey | None = None) -> tuple[AccountInfo, UUID] | None:
    """Note a new session of an active account, and return both; None when the account is gone or closed.

    `key`: the account's, where the caller has it already.
    Effects: an entry "session.opened" for the owner, the day of last use and the region, unless it is only told; for a
    new browser see `note_device`.
    """
    key = key or get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        account = CitizenAccount.objects.select_for_update().filter(id=account_id, is_active=True).first()
        if account is None:
            return None
        account.last_used_on, account.deletion_announced_at = timezone.localdate(), None
        account.region = (not new.is_told and _region_of(new.site)) or account.region
        account.save(update_fields=["last_used_on", "deletion_announced_at", "region"])
        if new.device is not None:
            note_device(key, account, device=new.device, provider_session=new.provider_session)
        device = new.user_agent[:_USER_AGENT_LENGTH]
        session = AccountSession.objects.create(
            account=account,
            site=new.site,
            provider=new.provider,
            provider_session=new.provider_session,
            level=new.level,
            sealed=key.seal({"user_agent": device}, purpose=_PURPOSE),
        )
        if not new.is_told:
            details = {"site": new.site, "provider": new.provider, "level": new.level.word, "user_agent": device}
            note_event(key, actor=Actor(kind="citizen", id=account_id), action="session.opened", details=details)
    return info_of(account), session.id


def list_devices(account_id: UUID, *, current: UUID | None) -> list[Device]:
    """Return the running sessions, the newest first. Raises: Unreadable; ExternalTemporary."""
    return [one for one in list_sessions(account_id, current=current) if one.ended_at is None]


def list_sessions(account_id: UUID, *, current: UUID | None = None) -> list[Device]:
    """Return all sessions that are kept, ended ones too, the newest first. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(AccountSession.objects.filter(account_id=account_id).order_by("-seen_at"))
    return [
        Device(
            id=row.id,
            site=row.site,
            level=TrustLevel(row.level),
            started_at=row.started_at,
            seen_at=row.seen_at,
            user_agent=str(key.unseal(row.sealed, purpose=_PURPOSE).get("user_agent", "")),
            is_this=row.id == current,
            ended_at=row.ended_at,
            sign_in=sign_in_of(row),
        )
        for row in rows
    ]


def note_seen(session_id: UUID) -> None:
    """Note that a session is in use; its caller asks for it seldom."""
    with as_accounts():
        AccountSession.objects.filter(id=session_id).update(seen_at=timezone.now())


def raise_level(session_id: UUID, *, level: TrustLevel, provider: str, provider_session: str) -> None:
    """Note the level that a session has reached, and the sign-in that it ends with from now on."""
    with as_accounts():
        rows = AccountSession.objects.filter(id=session_id)
        rows.update(level=level, provider=provider, provider_session=provider_session)


def end_session(*, account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account wherever it runs; return whether it was running."""
    with as_accounts():
        rows = AccountSession.objects.filter(id=session_id, account_id=account_id, ended_at=None)
        return bool(rows.update(ended_at=timezone.now()))


def end_sign_in(*, account_id: UUID, session_id: UUID) -> str:
    """End all sessions of an account that share a sign-in with this one; return its name, "" if there was nothing."""
    with as_accounts():
        rows = AccountSession.objects.filter(account_id=account_id, ended_at=None)
        row = rows.filter(id=session_id).first()
        if row is None:
            return ""
        rows.filter(of_sign_in(sign_in_of(row))).update(ended_at=timezone.now())
    return sign_in_of(row)


def end_sessions(account_id: UUID, *, but: str = "") -> int:
    """End all sessions of an account, but those of one sign-in where it is named, and return how many.

    With none left out the account's epoch moves, so that even a session nobody has noted ends.
    """
    with as_accounts(), transaction.atomic():
        rows = AccountSession.objects.filter(account_id=account_id, ended_at=None)
        ended = (rows.exclude(of_sign_in(but)) if but else rows).update(ended_at=timezone.now())
        if not but:
            CitizenAccount.objects.filter(id=account_id).update(session_epoch=F("session_epoch") + 1)
    return ended


def end_sessions_of_provider(*, subject: str = "", provider_session: str = "", until: float | None = None) -> int:
    """End what shares one sign-in, and all of a person at the provider; return how many. One must be named.

    `until`: of the person only what began by then, in seconds since 1970. None: all.
    """
    if not subject and not provider_session:
        return 0
    with as_accounts():
        meant = Q(pk__in=[])
        if provider_session:
            meant |= Q(provider_session=provider_session)
        if subject:
            people = CitizenAccount.objects.filter(identities__person_index__in=indexes_of(subject, purpose=SUBJECT))
            of_person = Q(account__in=people)
            if until is not None:
                of_person &= Q(started_at__lte=datetime.fromtimestamp(until, tz=UTC))
            meant |= of_person
        return AccountSession.objects.filter(meant, ended_at=None).update(ended_at=timezone.now())


def forget_ended_sessions() -> int:
    """Delete sessions that ended a while ago, and end those that nobody has used for a day. Return how many went."""
    now = timezone.now()
    with as_accounts():
        AccountSession.objects.filter(ended_at=None, seen_at__lt=now - timedelta(days=1)).update(ended_at=now)
        return AccountSession.objects.filter(ended_at__lt=now - ENDED_SESSIONS_KEPT).delete()[0]


def _region_of(site: str) -> str:
    """Return the region of a session's site, empty for one that is gone."""
    if site.startswith(_UMBRELLA):
        return site.removeprefix(_UMBRELLA)
    towns = directory.snapshot().tenants_by_id
    return next((town.region_slug for town_id, town in towns.items() if str(town_id) == site), "")
