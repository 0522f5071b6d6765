"""Sign in and out, and keep the running session in step with its account."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity import secondfactor, sessions
from shared_services.identity.accounts import AccountBook, account_book
from shared_services.identity.passkeyplaces import place_of
from shared_services.identity.passwordlimits import count_password, forget_passwords
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, enrolling_of, set_actor, set_enrolling
from tenants.accounts import AccountInfo, normal_email
from tenants.actors import ANONYMOUS, Actor
from tenants.addresses import address_key
from tenants.audit.services import record
from tenants.errors import InvalidInput, NotFound
from tenants.limits import check_limit, reset_limit
from tenants.passkeys import Challenge, ask_for_one

WINDOW_SECONDS: Final = 15 * 60
ATTEMPTS_PER_ACCOUNT: Final = 5
# A town hall shares one address, so many people sign in from it in the morning.
ATTEMPTS_PER_ADDRESS: Final = 60

_ACCOUNT_LIMIT: Final = "identity.sign_in.account"
_ALL_ADDRESSES_LIMIT: Final = "identity.sign_in.account_alone"
_ADDRESS_LIMIT: Final = "identity.sign_in.address"
_PASSWORD_LIMIT: Final = "identity.change_password"  # noqa: S105 -- the name of a limit


def sign_in(*, request: HttpRequest, email: str, password: str) -> bool:
    """Check e-mail and password; return whether the person is signed in now, or has to show a second factor first.

    With a session `request.actor` is the person from then on. Every attempt counts, per account and address, per
    address, and far above that per account alone (`passwordlimits`), whether the account exists or not.

    Effects: an audit entry either way.
    Raises: InvalidInput, the same for every reason, but for one: the password is right, and the account lacks the
    second factor that it needs; TooManyRequests; NotFound where nobody can sign in.
    """
    book = _book(request)
    address = address_key(request)
    who = f"{book.kind}:{normal_email(email)}:{address}"
    _count_address(request)
    check_limit(_ACCOUNT_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)
    whose = f"{book.kind}:{normal_email(email)}"
    count_password(_ALL_ADDRESSES_LIMIT, whose)
    account = book.authenticate(email=email, password=password)
    if account is None:
        raise InvalidInput(
            _("E-Mail-Adresse oder Passwort stimmen nicht. Prüfen Sie beides und versuchen Sie es noch einmal."),
            code="sign_in_failed",
        )
    reset_limit(_ACCOUNT_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
    forget_passwords(_ALL_ADDRESSES_LIMIT, whose)
    if account.has_factor:
        secondfactor.wait_for_code(request, account)
        return False
    if secondfactor.is_required():
        with transaction.atomic():
            record(actor=ANONYMOUS, action="auth.factor_missing", subject=account.subject)
        note_refusal("factor_missing", kind=account.kind)
        raise secondfactor.no_factor(account)
    begin_session(request, account)
    return True


def begin_enrolment(*, request: HttpRequest, account: AccountInfo) -> bool:
    """Let whoever has just used a link set up the second factor that the account needs; return whether it needs one.

    Until then the session opens nothing else. Effects: an audit entry of the sign-in.
    """
    if not secondfactor.is_owed(account, {}):
        return False
    _book(request).note_signed_in(account_id=account.id)
    sessions.begin(request, account, proof={sessions.ENROLS: True})
    set_enrolling(request, account.as_actor())
    return True


def sign_in_with_code(*, request: HttpRequest, code: str) -> Actor:
    """Check the second factor of whoever has shown the password in this browser, and begin the session.

    Wrong codes of an app count per account alone, recovery codes per address: see `codelimits`.

    Effects: an audit entry either way.
    Raises: InvalidInput (field `code`), or when the first step is too long ago; TooManyRequests; ExternalTemporary.
    """
    book = _book(request)
    account_id = secondfactor.get_waiting_account(request, book)
    account = secondfactor.check_code(request, book, account_id=account_id, code=code)
    return begin_session(request, account, has_second_factor=True)


def begin_passkey(*, request: HttpRequest) -> Challenge:
    """Return what the browser needs to ask for a passkey; the challenge waits in the session, for one answer.

    Raises: TooManyRequests; NotFound where nobody can sign in.
    """
    _book(request)
    _count_address(request)
    challenge = ask_for_one(place_of(request))
    request.session[sessions.PASSKEY_CHALLENGE] = challenge.challenge
    return challenge


def sign_in_with_passkey(*, request: HttpRequest, answer: str) -> Actor:
    """Check a passkey's answer, and begin the session: device and finger or PIN are two factors.

    It stands for the password, too, so whoever has shown that before needs nothing else.

    Effects: an audit entry either way.
    Raises: InvalidInput, the same for every reason; TooManyRequests; NotFound; ExternalTemporary.
    """
    book = _book(request)
    _count_address(request)
    challenge = request.session.pop(sessions.PASSKEY_CHALLENGE, "")
    account = book.passkeys.confirm(answer=answer, challenge=challenge, place=place_of(request))
    return begin_session(request, account, has_second_factor=True)


def begin_session(request: HttpRequest, account: AccountInfo, *, has_second_factor: bool = False) -> Actor:
    """Begin a session for an account whose person has just proved who they are."""
    sessions.begin(request, account, proof={sessions.SECOND_FACTOR: True} if has_second_factor else {})
    return set_actor(request, account.as_actor())


def sign_out(*, request: HttpRequest) -> None:
    """End the session of this browser.

    Effects: an audit entry, when somebody was signed in.
    """
    actor = enrolling_of(request) or actor_of(request)
    sessions.end(request)
    set_actor(request, ANONYMOUS)
    if not actor.is_anonymous:
        with transaction.atomic():
            record(actor=actor, action="auth.signed_out", subject=f"{actor.kind}:{actor.id}")


def change_password(*, request: HttpRequest, current_password: str, new_password: str) -> None:
    """Change the password of whoever is signed in; this session goes on under a new key, all others end.

    Raises: InvalidInput (fields `current_password`, `new_password`); TooManyRequests; NotAllowed.
    """
    actor = actor_of(request)
    book = _book(request)
    who = f"{actor.kind}:{actor.id}"
    check_limit(_PASSWORD_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)
    account = book.change_password(actor=actor, current_password=current_password, new_password=new_password)
    reset_limit(_PASSWORD_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
    _continue(request, account)


def end_other_sessions(*, request: HttpRequest) -> None:
    """End all sessions of whoever is signed in but this one, which goes on under a new key.

    Raises: NotAllowed.
    """
    actor = actor_of(request)
    _continue(request, _book(request).end_sessions(actor=actor))


def set_mail_choices(*, request: HttpRequest, language: str, wants_reminders: bool | None) -> None:
    """Set in which language whoever is signed in gets mail, and whether reminders come.

    Raises: InvalidInput (field `language`); NotAllowed.
    """
    _book(request).set_mail_choices(actor=actor_of(request), language=language, wants_reminders=wants_reminders)


def continue_session(*, request: HttpRequest, account: AccountInfo) -> None:
    """Keep this browser signed in although the actor changed rights of the own account."""
    actor = actor_of(request)
    if actor.id == account.id:
        _continue(request, account)


def _count_address(request: HttpRequest) -> None:
    address = address_key(request)
    check_limit(_ADDRESS_LIMIT, address, limit=ATTEMPTS_PER_ADDRESS, window_seconds=WINDOW_SECONDS, fail_closed=True)


def _continue(request: HttpRequest, account: AccountInfo) -> None:
    sessions.renew(request, account)
    set_actor(request, account.as_actor())


def _book(request: HttpRequest) -> AccountBook:
    book = account_book(request)
    if book is None:
        raise NotFound(_("Auf dieser Seite kann man sich nicht anmelden. Wählen Sie zuerst Ihre Kommune."))
    return book
