"""Sign-in, and what people do with their own account: the same for every kind; each app names its own table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tenants.accountmails import tell_password_changed
from tenants.accounts import AbstractAccount, AccountInfo, RemindedAccount, normal_email
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.services import record
from tenants.errors import InvalidInput, NotAllowed, NotFound
from tenants.mail.senders import Sender
from tenants.passwords import is_password_of, require_good_password

AccountT = TypeVar("AccountT", bound=AbstractAccount)


def email_fingerprint(email: str) -> str:
    """Return a keyed short hash: attempts on one address can be told apart in the audit trail, but not read.

    People type passwords into the wrong field, so nothing of the text itself is kept.
    """
    return salted_hmac("tenants.authentication.email", normal_email(email), algorithm="sha256").hexdigest()[:16]


def is_factor_required() -> bool:
    """Whether people who work here need a second factor in this deployment."""
    return bool(settings.VERBUND_STAFF_SECOND_FACTOR == "required")


def authenticate(
    *, accounts: QuerySet[AccountT], email: str, password: str, info: Callable[[AccountT], AccountInfo]
) -> AccountInfo | None:
    """Return the active account with this e-mail and password, or None; the reason is nobody's business.

    An account that `has_factor`, or needs one, is not signed in by it: the caller asks for a code next, or refuses.

    Effects: an audit entry of a failure, or of the sign-in where nothing more is asked for, and its time; a fresh hash
    when its parameters have grown.
    """
    account = accounts.filter(email=normal_email(email)).first()
    if not is_password_of(account, password) or account is None or not account.is_active:
        _note_failure(email=email, account=info(account) if account else None)
        return None
    if not info(account).has_factor and not is_factor_required():
        with transaction.atomic():
            note_sign_in(accounts, account, info=info)
    return info(account)


def note_sign_in(
    accounts: QuerySet[AccountT], account: AccountT, *, info: Callable[[AccountT], AccountInfo], factor: str = ""
) -> None:
    """Note that somebody is in, in the running transaction. `factor`: "app", "recovery" or "passkey", where shown."""
    accounts.filter(id=account.id).update(last_login=timezone.now())
    found = info(account)
    data = {"factor": factor} if factor else None
    record(actor=found.as_actor(), action="auth.signed_in", subject=found.subject, data=data)


def _note_failure(*, email: str, account: AccountInfo | None) -> None:
    known = account is not None
    with transaction.atomic():
        record(
            actor=ANONYMOUS,
            action="auth.failed",
            subject=account.subject if account else "",
            data={"known": known, "email_fingerprint": email_fingerprint(email)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccounts(Generic[AccountT]):
    """What the people of one kind of account do with their own. All calls run in the context of their table.

    `rows` are the accounts with what `info` needs, `may` is the policy of who may sign in there at all, `prefix` begins
    the names of actions in the audit trail, `refusal` says whom to turn to when the account is no longer good.
    """

    rows: Callable[[], QuerySet[AccountT]]
    may: Callable[[Actor], bool]
    info: Callable[[AccountT], AccountInfo]
    sender: Callable[[AccountT], Sender]
    prefix: str
    refusal: Promise

    def change_password(self, *, actor: Actor, current_password: str, new_password: str) -> AccountInfo:
        """Change the actor's own password.

        Effects: ends all sessions of the account; the caller renews the running one with the account returned. The
        person gets a mail.
        Raises: InvalidInput for a wrong current password (field `current_password`) or a weak new one
        (`new_password`); NotAllowed.
        """
        with transaction.atomic():
            account = self.get_locked(actor)
            _require_password(account, current_password, field="current_password")
            require_good_password(new_password, owner=account, field="new_password")
            account.set_password(new_password)
            self.end_sessions_of(account, "password")
            self.note(actor, account, what="password_changed")
            tell_password_changed(account, sender=self.sender(account), epoch=account.session_epoch)
        return self.info(account)

    def require_password(self, *, actor: Actor, password: str) -> None:
        """Check the actor's own password, before something is changed that a session left open must not be enough for.

        Raises: InvalidInput (field `password`); NotAllowed.
        """
        with transaction.atomic():
            _require_password(self.get_locked(actor), password, field="password")

    def note_signed_in(self, *, account_id: UUID, factor: str = "") -> AccountInfo | None:
        """Note that somebody has signed in elsewhere; return the account, or None where it is none or not active.

        `factor` says who was shown a second one, empty where none was. Effects: an audit entry, and the time.
        """
        with transaction.atomic():
            account = self.rows().filter(id=account_id, is_active=True).first()
            if account is None:
                return None
            note_sign_in(self.rows(), account, info=self.info, factor=factor)
            return self.info(account)

    def end_sessions(self, *, actor: Actor) -> AccountInfo:
        """End all sessions of the actor's own account; the caller renews the running one with the account returned.

        Raises: NotAllowed.
        """
        with transaction.atomic():
            account = self.get_locked(actor)
            self.end_sessions_of(account)
            self.note(actor, account, what="sessions_ended")
        return self.info(account)

    def set_mail_choices(self, *, actor: Actor, language: str, wants_reminders: bool | None = None) -> AccountInfo:
        """Set in which language the actor gets mail and, where people are reminded, whether they want to be.

        Raises: InvalidInput (field `language`); NotAllowed.
        """
        if language not in dict(settings.LANGUAGES):
            message = _("Wählen Sie eine Sprache aus der Liste.")
            raise InvalidInput(message, data={"fields": {"language": [message]}})
        with transaction.atomic():
            account = self.get_locked(actor)
            account.language, changed = language, ["language"]
            if isinstance(account, RemindedAccount) and wants_reminders is not None:
                account.wants_reminders = wants_reminders
                changed.append("wants_reminders")
            account.save(update_fields=changed)
            data = {name: getattr(account, name) for name in changed}
            self.note(actor, account, what="mail_choices_changed", data=data)
        return self.info(account)

    def stop_reminders(self, *, account_id: UUID) -> None:
        """Switch the reminders of an account off, for the link in each of them: whoever holds it may. Idempotent.

        Raises: NotFound.
        """
        with transaction.atomic():
            account = self.rows().select_for_update(of=("self",)).filter(id=account_id).first()
            if not isinstance(account, RemindedAccount):
                raise NotFound(_("Diesen Zugang gibt es nicht mehr. Sie bekommen keine Erinnerungen."))
            if account.wants_reminders:
                account.wants_reminders = False
                account.save(update_fields=["wants_reminders"])
                self.note(system_actor("Link zum Abbestellen"), account, what="reminders_stopped")

    def require_id(self, actor: Actor) -> UUID:
        """Return the id of the actor's account. Raises: NotAllowed for whoever has none here."""
        if actor.id is None or not self.may(actor):
            raise NotAllowed(str(self.refusal))
        return actor.id

    def get_locked(self, actor: Actor) -> AccountT:
        """Return the actor's own account, locked, in the running transaction. Raises: NotAllowed."""
        rows = self.rows().select_for_update(of=("self",))
        account = rows.filter(id=self.require_id(actor), is_active=True).first()
        if account is None:
            raise NotAllowed(str(self.refusal))
        return account

    def end_sessions_of(self, account: AccountT, *changed: str) -> None:
        """Move the epoch and store it with the other changed fields. The row is locked, so no number gets lost."""
        account.session_epoch += 1
        account.save(update_fields=["session_epoch", *changed])

    def note(self, actor: Actor, account: AccountT, *, what: str, data: dict[str, object] | None = None) -> None:
        """Write what was done with an account into the trail."""
        record(actor=actor, action=f"{self.prefix}.{what}", subject=f"{self.prefix}:{account.id}", data=data)


def _require_password(account: AbstractAccount, password: str, *, field: str) -> None:
    if not is_password_of(account, password):
        message = _("Das ist nicht Ihr jetziges Passwort. Prüfen Sie die Eingabe.")
        raise InvalidInput(message, code="wrong_password", data={"fields": {field: [message]}})
