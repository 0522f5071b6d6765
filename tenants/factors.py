"""The second factor of people who work here: set up, asked for at sign-in, replaced, taken back by who administers.

The same for every kind of account: each app names its own table, as in `tenants.authentication`. The app's secret is
sealed with the person's data key; of recovery codes only hashes are kept. Passkeys lie in `tenants.ownpasskeys`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accountmails import FactorNews, tell_factor_news
from tenants.accounts import AbstractAccount, AccountInfo
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.services import record
from tenants.authentication import OwnAccounts, note_sign_in
from tenants.errors import InvalidInput
from tenants.keystore.sealing import DataKey, Unreadable, ensure_data_key, get_data_key
from tenants.onetimepasswords import address_of, hash_recovery_code, new_recovery_codes, new_secret, step_of, wrong_code

AccountT = TypeVar("AccountT", bound=AbstractAccount)

_FIELDS: Final = ("factor_sealed", "factor_since", "factor_last_step", "recovery_hashes", "passkeys_sealed")


@dataclass(frozen=True, slots=True)
class Setup:
    """A secret that waits for its first code: to be typed, and as the address that apps read from a picture."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What setting up has come to. New recovery codes are here and nowhere else: show them once."""

    account: AccountInfo
    codes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFactors(Generic[AccountT]):
    """What the people of one kind of account do with their second factor, in the context of their table.

    `scope` is where their data keys lie: "account", or the id of the tenant whose staff they are.
    """

    own: OwnAccounts[AccountT]
    scope: Callable[[], str]

    def begin(self, *, actor: Actor, issuer: str) -> Setup:
        """Return the secret that waits for its first code, made now if none waits.

        Raises: InvalidInput when a factor is in use already; NotAllowed; ExternalTemporary.
        """
        key = self.new_key(actor)
        with transaction.atomic():
            account = self.own.get_locked(actor)
            if account.has_app:
                raise InvalidInput(
                    _("Es ist schon eine App eingerichtet. Entfernen Sie sie zuerst."), code="factor_exists"
                )
            secret = self._read(key, account) if account.factor_sealed else ""
            if not secret:
                secret = new_secret()
                account.factor_sealed, account.factor_last_step = key.seal(secret, purpose=self._purpose), 0
                account.save(update_fields=["factor_sealed", "factor_last_step"])
        return Setup(secret, address_of(secret, issuer=issuer, label=account.email))

    def finish(self, *, actor: Actor, code: str) -> Enrolled:
        """Take the app into use with its first code; the caller renews the running session with the account returned.

        Effects: ends all sessions of the account; the person gets a mail.
        Raises: InvalidInput (field `code`); NotAllowed; ExternalTemporary.
        """
        key = self.new_key(actor)
        with transaction.atomic():
            account = self.own.get_locked(actor)
            secret = "" if account.has_app else self._read(key, account)
            step = step_of(secret, code, after=account.factor_last_step) if secret else None
            if step is None:
                raise wrong_code()
            account.factor_since, account.factor_last_step = timezone.now(), step
            codes = self.give_codes(account)
            self.settle(account, actor, what="factor_added", news=FactorNews.ADDED)
        return Enrolled(self.own.info(account), codes)

    def confirm(self, *, account_id: UUID, code: str) -> AccountInfo:
        """Accept a code of the app or a recovery code as the second step of a sign-in; each works once.

        Effects: an audit entry either way, and the time of sign-in; a mail where a recovery code was used.
        Raises: InvalidInput (field `code`); ExternalTemporary.
        """
        key = self.key_of(account_id)
        with transaction.atomic():
            account = self.active(account_id)
            used = self._use(key, account, code) if account else ""
            if account is not None and used:
                account.save(update_fields=["factor_last_step", "recovery_hashes"])
                if used == "recovery":
                    self._tell(account, FactorNews.RECOVERY_CODE_USED)
                note_sign_in(self.own.rows(), account, info=self.own.info, factor=used)
                return self.own.info(account)
        self._note_failure(account_id)
        raise wrong_code()

    def note_lock(self, account_id: UUID) -> None:
        """Note that wrong codes have closed the second step for a while. Whoever typed them knows the password.

        Effects: an audit entry; the person gets a mail.
        """
        with transaction.atomic():
            account = self.active(account_id)
            if account is not None:
                record(actor=ANONYMOUS, action="auth.code_locked", subject=f"{self.own.prefix}:{account_id}")
                self._tell(account, FactorNews.LOCKED)

    def prove(self, *, actor: Actor, code: str) -> None:
        """Accept a code of the app or a recovery code before something is changed; each works once.

        Raises: InvalidInput (field `code`); NotAllowed; ExternalTemporary.
        """
        with transaction.atomic():
            account = self._proved(actor, code)
            account.save(update_fields=["factor_last_step", "recovery_hashes"])

    def remove(self, *, actor: Actor, code: str) -> AccountInfo:
        """Remove the own app, proved by one of its codes or a recovery code; the caller renews the running session.

        Recovery codes go with the last factor. Effects: ends all sessions of the account; the person gets a mail.
        Raises: InvalidInput (field `code`); NotAllowed; ExternalTemporary.
        """
        with transaction.atomic():
            account = self._proved(actor, code)
            if not account.has_app:
                raise wrong_code()
            account.factor_sealed, account.factor_since, account.factor_last_step = None, None, 0
            self.settle(account, actor, what="factor_removed", news=FactorNews.REMOVED)
        return self.own.info(account)

    def renew_codes(self, *, actor: Actor, code: str | None) -> list[str]:
        """Make new recovery codes in the place of the old ones, proved by a code; shown once.

        Without a code: the caller knows that a passkey was shown.

        Raises: InvalidInput (field `code`); NotAllowed; ExternalTemporary.
        """
        with transaction.atomic():
            account = self._proved(actor, code)
            codes = self.give_codes(account)
            account.save(update_fields=["factor_last_step", "recovery_hashes"])
            self.own.note(actor, account, what="recovery_codes_renewed")
        return codes

    def reset(self, *, actor: Actor, account: AccountT) -> None:
        """Take somebody's lost factors away, in the running transaction; whether the actor may was asked before.

        Effects: ends all sessions of the account; the person gets a mail. Without a factor nothing happens.
        """
        if account.factor_sealed is None and account.passkeys_sealed is None:
            return
        account.factor_sealed, account.factor_since, account.factor_last_step = None, None, 0
        account.passkeys_sealed = None
        self.settle(account, actor, what="factor_reset", news=FactorNews.RESET)

    def new_key(self, actor: Actor) -> DataKey:
        """Return the actor's data key, made now if there is none. Raises: NotAllowed; ExternalTemporary."""
        # Before the transaction: the key's store knows nothing of it.
        return ensure_data_key(self.own.require_id(actor), scope=self.scope())

    def key_of(self, account_id: UUID) -> DataKey | None:
        """Return somebody's data key, or None where it is lost. Raises: ExternalTemporary."""
        try:
            return get_data_key(account_id, scope=self.scope())
        except Unreadable:
            return None

    def active(self, account_id: UUID) -> AccountT | None:
        """Return somebody who can sign in and has a factor, locked, in the running transaction."""
        has_factor = Q(factor_since__isnull=False) | Q(passkeys_sealed__isnull=False)
        rows = self.own.rows().select_for_update(of=("self",))
        return rows.filter(has_factor, id=account_id, is_active=True).first()

    def give_codes(self, account: AccountT) -> list[str]:
        """Put new recovery codes into the locked row and return them; the caller stores it."""
        codes = new_recovery_codes()
        account.recovery_hashes = [hash_recovery_code(account.id, one) for one in codes]
        return codes

    def settle(self, account: AccountT, actor: Actor, *, what: str, news: FactorNews) -> None:
        """Store the locked row after a factor came or went. Recovery codes go with the last one.

        Effects: ends all sessions of the account; an audit entry; the person gets a mail.
        """
        if not account.has_factor:
            account.recovery_hashes = None
        self.own.end_sessions_of(account, *_FIELDS)
        self.own.note(actor, account, what=what)
        self._tell(account, news)

    @property
    def _purpose(self) -> str:
        return f"{self.own.prefix}.totp"

    def _read(self, key: DataKey | None, account: AccountT) -> str:
        """Return the secret, or "" where its key is lost: then only a recovery code or a reset helps."""
        if key is None or account.factor_sealed is None:
            return ""
        try:
            return str(key.unseal(account.factor_sealed, purpose=self._purpose))
        except Unreadable:
            return ""

    def _proved(self, actor: Actor, code: str | None) -> AccountT:
        account = self.own.get_locked(actor)
        key = self.key_of(account.id)
        if not account.has_factor or (code is not None and not self._use(key, account, code)):
            raise wrong_code()
        return account

    def _use(self, key: DataKey | None, account: AccountT, code: str) -> str:
        """Use a code up on the locked row; return "app", "recovery", or "" for one that does not count."""
        # A secret that still waits for its first code proves nothing.
        secret = self._read(key, account) if account.has_app else ""
        step = step_of(secret, code, after=account.factor_last_step) if secret else None
        if step is not None:
            account.factor_last_step = step
            return "app"
        hashed = hash_recovery_code(account.id, code)
        if hashed in (account.recovery_hashes or []):
            account.recovery_hashes = [one for one in account.recovery_hashes or [] if one != hashed]
            return "recovery"
        return ""

    def _tell(self, account: AccountT, news: FactorNews) -> None:
        tell_factor_news(account, news=news, sender=self.own.sender(account))

    def _note_failure(self, account_id: UUID) -> None:
        with transaction.atomic():
            record(actor=ANONYMOUS, action="auth.code_failed", subject=f"{self.own.prefix}:{account_id}")
