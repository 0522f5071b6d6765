"""Passkeys of people who work here: set up, shown at sign-in, removed.

The same for every kind of account, as in `tenants.factors`. They stand in the account's own row, sealed as one list
with the person's data key. A device names the account it keeps a passkey for, so no row is searched by a credential,
and they go wherever the account goes: into a town's archive as the secret of an app, and away with the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypedDict, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants.accountmails import FactorNews
from tenants.accounts import AbstractAccount, AccountInfo
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.services import record
from tenants.authentication import OwnAccounts, note_sign_in
from tenants.errors import InvalidInput
from tenants.factors import Enrolled, OwnFactors
from tenants.ids import uuid7
from tenants.keystore.sealing import DataKey, Unreadable
from tenants.passkeys import (
    Answer,
    Challenge,
    OwnPasskey,
    Place,
    ask_for_new,
    check_answer,
    check_new,
    gone,
    known_already,
    name_of,
    read_answer,
    refused,
)

AccountT = TypeVar("AccountT", bound=AbstractAccount)


class _Kept(TypedDict):
    """A passkey as it stands in the sealed list; times as ISO 8601, the last one empty until it is used."""

    key: str
    id: str
    public_key: str
    host: str
    name: str
    since: str
    used: str
    sign_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskeys(Generic[AccountT]):
    """What the people of one kind of account do with their passkeys, in the context of their table.

    Whether the present factor was shown before one is added or removed, the caller knows.
    """

    factors: OwnFactors[AccountT]

    def list_own(self, *, actor: Actor) -> list[OwnPasskey]:
        """Return the actor's passkeys, the oldest first. Raises: NotAllowed; ExternalTemporary."""
        account_id = self._own.require_id(actor)
        account = self._own.rows().filter(id=account_id).first()
        kept = self._read(self.factors.key_of(account_id), account) if account and account.has_passkey else []
        return [OwnPasskey(UUID(one["key"]), one["name"], _time(one["since"]), _used(one)) for one in kept]

    def begin(self, *, actor: Actor, place: Place) -> Challenge:
        """Return what a browser needs to make a passkey.

        Raises: InvalidInput when there are enough of them; NotAllowed; ExternalTemporary.
        """
        key = self.factors.new_key(actor)
        with transaction.atomic():
            account = self._own.get_locked(actor)
        known = [one["id"] for one in self._read(key, account)]
        return ask_for_new(owner=account.id, label=account.email, known=known, place=place)

    def finish(self, *, actor: Actor, answer: str, challenge: str, name: str, place: Place) -> Enrolled:
        """Keep the passkey that a browser has made; the caller renews the running session with the account returned.

        Recovery codes are made with the first factor of all.
        Effects: ends all sessions of the account; the person gets a mail.
        Raises: InvalidInput when the answer is not one to this challenge from this place; NotAllowed;
        ExternalTemporary.
        """
        made = check_new(answer, challenge=challenge, place=place)
        key = self.factors.new_key(actor)
        with transaction.atomic():
            account = self._own.get_locked(actor)
            kept = self._read(key, account)
            if any(one["id"] == made.credential for one in kept):
                raise known_already()
            codes = [] if account.has_factor else self.factors.give_codes(account)
            new = _Kept(
                key=str(uuid7()),
                id=made.credential,
                public_key=made.public_key,
                host=place.host,
                name=name_of(name),
                since=timezone.now().isoformat(),
                used="",
                sign_count=made.sign_count,
            )
            self._write(key, account, [*kept, new])
            self.factors.settle(account, actor, what="passkey_added", news=FactorNews.PASSKEY_ADDED)
        return Enrolled(self._own.info(account), codes)

    def confirm(self, *, answer: str, challenge: str, place: Place) -> AccountInfo:
        """Accept a passkey as a sign-in: device and finger or PIN are two factors.

        Effects: an audit entry either way, and the time of sign-in.
        Raises: InvalidInput, the same for every reason: unknown, removed, another place, replayed, a copied device;
        ExternalTemporary.
        """
        try:
            given = read_answer(answer)
        except InvalidInput:
            self._note_failure(None)
            raise
        key = self.factors.key_of(given.owner) if given.owner else None
        with transaction.atomic():
            account = self.factors.active(given.owner) if given.owner else None
            if account is not None and self._use(key, account, given, challenge=challenge, place=place):
                account.save(update_fields=["passkeys_sealed"])
                note_sign_in(self._own.rows(), account, info=self._own.info, factor="passkey")
                return self._own.info(account)
        self._note_failure(account)
        raise refused()

    def prove(self, *, actor: Actor, answer: str, challenge: str, place: Place) -> None:
        """Accept one of the actor's own passkeys before something is changed.

        Raises: InvalidInput, the same for every reason; NotAllowed; ExternalTemporary.
        """
        given = read_answer(answer)
        key = self.factors.key_of(self._own.require_id(actor))
        with transaction.atomic():
            account = self._own.get_locked(actor)
            if not self._use(key, account, given, challenge=challenge, place=place):
                raise refused()
            account.save(update_fields=["passkeys_sealed"])

    def remove(self, *, actor: Actor, passkey_id: UUID) -> AccountInfo:
        """Remove one of the actor's passkeys; the caller renews the running session with the account returned.

        Recovery codes go with the last factor. Effects: ends all sessions of the account; the person gets a mail.
        Raises: NotFound; NotAllowed; ExternalTemporary.
        """
        key = self.factors.new_key(actor)
        with transaction.atomic():
            account = self._own.get_locked(actor)
            kept = self._read(key, account)
            left = [one for one in kept if one["key"] != str(passkey_id)]
            if len(left) == len(kept):
                raise gone()
            self._write(key, account, left)
            self.factors.settle(account, actor, what="passkey_removed", news=FactorNews.PASSKEY_REMOVED)
        return self._own.info(account)

    @property
    def _own(self) -> OwnAccounts[AccountT]:
        return self.factors.own

    @property
    def _purpose(self) -> str:
        return f"{self._own.prefix}.passkeys"

    def _read(self, key: DataKey | None, account: AccountT) -> list[_Kept]:
        """Return what is kept, or nothing where the key is lost: then only a recovery code or a reset helps."""
        if key is None or account.passkeys_sealed is None:
            return []
        try:
            return cast("list[_Kept]", key.unseal(account.passkeys_sealed, purpose=self._purpose))
        except Unreadable:
            return []

    def _write(self, key: DataKey, account: AccountT, kept: list[_Kept]) -> None:
        account.passkeys_sealed = key.seal(kept, purpose=self._purpose) if kept else None

    def _use(self, key: DataKey | None, account: AccountT, given: Answer, *, challenge: str, place: Place) -> bool:
        """Whether a passkey of the locked row has answered; its count and time are put into the row."""
        kept = self._read(key, account)
        one = next((one for one in kept if (one["id"], one["host"]) == (given.credential, place.host)), None)
        if one is None or key is None:
            return False
        try:
            one["sign_count"] = check_answer(
                given,
                challenge=challenge,
                public_key=one["public_key"],
                sign_count=one["sign_count"],
                place=place,
            )
        except InvalidInput:
            return False
        one["used"] = timezone.now().isoformat()
        self._write(key, account, kept)
        return True

    def _note_failure(self, account: AccountT | None) -> None:
        subject = f"{self._own.prefix}:{account.id}" if account else ""
        with transaction.atomic():
            record(actor=ANONYMOUS, action="auth.passkey_failed", subject=subject)


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


def _used(one: _Kept) -> datetime | None:
    return _time(one["used"]) if one["used"] else None
