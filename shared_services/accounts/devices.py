"""Browsers from which somebody has signed in to an account: a sign-in from another one is told to the owner.

A browser keeps a random value; of it the account keeps a hash that nobody can compare between two accounts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone

from shared_services.accounts.alerts import tell_new_device
from shared_services.accounts.events import note_event
from shared_services.accounts.models import CitizenAccount, KnownDevice
from shared_services.accounts.signins import is_running
from tenants.actors import Actor
from tenants.keystore.sealing import DataKey
from tenants.mail.senders import Sender

# More browsers than these nobody has; the ones not used for longest are forgotten.
_MOST: Final = 40
_USER_AGENT_LENGTH: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDevice:
    """The browser of a sign-in. `secret` is what its cookie holds.

    `describe` says in the running language which browser it is; `sender` writes to the owner if it is a new one.
    """

    secret: str
    user_agent: str
    describe: Callable[[], str]
    sender: Sender


def note_device(key: DataKey, account: CitizenAccount, *, device: SignInDevice, provider_session: str) -> None:
    """Remember a browser, in the running transaction inside `as_accounts`, before its session is noted.

    The first one of an account is its owner's; so is one that shares a sign-in that goes on.
    Effects: for another new one, an entry "device.new" and a mail to the owner.
    """
    known = KnownDevice.objects.filter(account=account)
    hashed = _hashed(account.id, device.secret)
    if known.filter(device_hash=hashed).update(last_seen_on=timezone.localdate()):
        return
    shares_sign_in = bool(provider_session) and is_running(provider_session, account_id=account.id)
    is_strange = known.exists() and not shares_sign_in
    KnownDevice.objects.create(account=account, device_hash=hashed)
    kept = known.order_by("-last_seen_on", "-id").values_list("id", flat=True)[:_MOST]
    known.exclude(id__in=list(kept)).delete()
    if is_strange:
        actor, details = Actor(kind="citizen", id=account.id), {"user_agent": device.user_agent[:_USER_AGENT_LENGTH]}
        note_event(key, actor=actor, action="device.new", details=details)
        tell_new_device(account, key=key, describe=device.describe, sender=device.sender)


def _hashed(account_id: UUID, secret: str) -> str:
    return hashlib.sha256(f"{account_id}:{secret}".encode()).hexdigest()
