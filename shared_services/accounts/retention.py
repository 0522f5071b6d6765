"""What has been kept long enough goes: accounts that nobody uses, old events, sessions, links and known browsers.

Every piece is a transaction of its own and may be repeated: of a killed run nothing is half done, the next goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import structlog
from django.db import models, transaction
from django.utils import timezone

from shared_services.accounts import deletion, periods, registration, sessions
from shared_services.accounts.book import read_sealed
from shared_services.accounts.events import note_event
from shared_services.accounts.farewellmails import announce_deletion
from shared_services.accounts.models import (
    AccountEvent,
    AccountSession,
    CitizenAccount,
    DeletionReason,
    KnownDevice,
    ProviderChange,
)
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import NotFound
from tenants.keystore.sealing import get_data_keys
from tenants.mail.senders import Sender, region_sender
from tenants.registry.sites import directory

log = structlog.get_logger(__name__)

_BATCH: Final = 200
_ROWS: Final = 2000
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Due:
    """How much has been kept long enough."""

    to_announce: int
    to_delete: int
    events: int
    sessions: int
    devices: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did. `deleted` accounts are closed; the rest of their deletion follows by itself."""

    announced: int
    deleted: int
    events: int
    sessions: int
    devices: int
    links: int


def get_due(now: datetime | None = None) -> Due:
    """Return what a run would do now. Reads only."""
    now = now or timezone.now()
    with as_accounts():
        return Due(
            to_announce=_unannounced(now).count(),
            to_delete=_overdue(now).count(),
            events=_old_events(now).count(),
            sessions=_old_sessions(now).count(),
            devices=_old_devices(now).count(),
        )


def keep_periods(*, actor: Actor, now: datetime | None = None) -> Done:
    """Announce, delete and forget what is due. Raises: NotAllowed for people; ExternalTemporary without the key store.

    Effects: see `deletion.request_deletion`; a mail and an entry "account.deletion_announced" for who is told.
    """
    now = now or timezone.now()
    done = Done(
        announced=announce_deletions(actor=actor, now=now),
        deleted=delete_unused(actor=actor, now=now),
        events=_forget(AccountEvent, lambda: _old_events(now)),
        sessions=sessions.forget_ended_sessions(),
        devices=_forget(KnownDevice, lambda: _old_devices(now)),
        links=registration.forget_unfinished(),
    )
    with as_accounts():
        ProviderChange.objects.filter(expires_at__lt=now).delete()
    log.info("accounts.periods_kept", announced=done.announced, deleted=done.deleted, events=done.events)
    return done


def announce_deletions(*, actor: Actor, now: datetime) -> int:
    """Tell the owners of accounts that nobody uses when they go. A sign-in takes it back."""
    told = 0
    while True:
        with as_accounts():
            found = list(_unannounced(now).order_by("id").values_list("id", flat=True)[:_BATCH])
        if not found:
            return told
        told += sum(_announce(account_id, actor=actor, now=now) for account_id in found)


def delete_unused(*, actor: Actor, now: datetime) -> int:
    """Delete accounts that nobody has used since they were told."""
    deleted, last_use = 0, periods.last_use_to_delete(timezone.localdate(now))
    while True:
        with as_accounts():
            found = list(_overdue(now).order_by("id").values_list("id", "region")[:_BATCH])
        if not found:
            return deleted
        for account_id, region in found:
            try:
                deletion.request_deletion(
                    actor=actor,
                    account_id=account_id,
                    sender=sender_of(region),
                    reason=DeletionReason.UNUSED,
                    unused_since=last_use,
                )
            except NotFound:
                continue  # used in this very moment, or another run was quicker
            deleted += 1


def sender_of(region: str) -> Sender | None:
    """Return in whose name the owner of an account gets mail: the region it was used in last, else the first one."""
    regions = directory.snapshot().regions
    found = regions.get(region) or next((regions[slug] for slug in sorted(regions)), None)
    return region_sender(found) if found else None


def _announce(account_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Tell one owner, in a transaction that holds the account; False when it was used or told meanwhile."""
    key = get_data_keys([account_id]).get(account_id)
    with as_accounts(), transaction.atomic():
        account = _unannounced(now).select_for_update().filter(id=account_id).first()
        if account is None:
            return False
        CitizenAccount.objects.filter(id=account_id).update(deletion_announced_at=now)
        if key is None:
            return True  # its key is destroyed already: nobody is left to be told
        email, sender = str(read_sealed(account).get("email", "")), sender_of(account.region)
        today = timezone.localdate(now)
        day = max(periods.deletion_day(account.last_used_on), periods.months_later(today, periods.NOTICE_MONTHS))
        note_event(key, actor=actor, action="account.deletion_announced", details={"day": day.isoformat()})
        if email and sender is not None:
            announce_deletion(
                account_id=account_id, to=email, sender=sender, language=account.language, day=day, told_on=today
            )
        return True


def _unannounced(now: datetime) -> models.QuerySet[CitizenAccount]:
    last_use = periods.last_use_to_announce(timezone.localdate(now))
    return CitizenAccount.objects.filter(is_active=True, last_used_on__lte=last_use, deletion_announced_at=None)


def _overdue(now: datetime) -> models.QuerySet[CitizenAccount]:
    today = timezone.localdate(now)
    return CitizenAccount.objects.filter(
        is_active=True,
        last_used_on__lte=periods.last_use_to_delete(today),
        deletion_announced_at__date__lte=periods.last_notice_to_delete(today),
    )


def _old_events(now: datetime) -> models.QuerySet[AccountEvent]:
    return AccountEvent.objects.filter(id__lt=periods.first_key_at(now - periods.EVENTS_KEPT))


def _old_sessions(now: datetime) -> models.QuerySet[AccountSession]:
    return AccountSession.objects.filter(ended_at__lt=now - periods.ENDED_SESSIONS_KEPT)


def _old_devices(now: datetime) -> models.QuerySet[KnownDevice]:
    return KnownDevice.objects.filter(last_seen_on__lt=timezone.localdate(now - periods.KNOWN_DEVICES_KEPT))


def _forget(model: type[M], old: Callable[[], models.QuerySet[M]]) -> int:
    """Delete what is old, some thousand rows in a transaction, and return how many."""
    gone = 0
    with as_accounts():
        while found := list(old().order_by("pk").values_list("pk", flat=True)[:_ROWS]):
            gone += model._default_manager.filter(pk__in=found).delete()[0]
    return gone
