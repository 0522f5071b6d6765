"""The steps of the built-in sign-in at the umbrella: address and password or a passkey, then the second factor.

Between the steps the session holds who has shown the first factor; it is nobody's session until the last step is done.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog
from django.http import HttpRequest
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from shared_services.accounts import passkeys, secondfactor, tasks
from shared_services.accounts.book import get_account_info
from shared_services.accounts.passwords import find_by_password
from shared_services.accounts.wrongpasswords import fingerprints_of
from shared_services.identity import sessions
from shared_services.identity.citizen.handover import PROVIDER
from shared_services.identity.citizen.provider import Proven
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.services import begin_session
from shared_services.identity.codelimits import code_limit
from shared_services.identity.passkeyplaces import place_of
from shared_services.identity.passwordlimits import count_password, forget_passwords
from shared_services.identity.refusals import note_refusal
from shared_services.identity.services import ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS, WINDOW_SECONDS
from tenants.accounts import normal_email
from tenants.addresses import address_key
from tenants.errors import InvalidInput, TooManyRequests
from tenants.limits import check_limit, reset_limit
from tenants.passkeys import Challenge, ask_for_one
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

FIRST_FACTOR_SECONDS: Final = 5 * 60
_WAITING: Final = sessions.FIRST_FACTOR
_CHALLENGE: Final = sessions.PASSKEY_CHALLENGE
_ADDRESS_LIMIT: Final = "citizen.sign_in.address"
_ACCOUNT_LIMIT: Final = "citizen.sign_in.account"
_ALL_ADDRESSES_LIMIT: Final = "citizen.sign_in.account_alone"
_CODE_LIMIT: Final = "citizen.sign_in.code"


def sign_in_with_password(request: HttpRequest, *, email: str, password: str) -> bool:
    """Check address and password; return whether the person is signed in now, or has to show a second factor first.

    Every attempt counts, whether the account exists or not, per account and address, and per account alone: many
    addresses together end sooner than they guess. A passkey and the link for a new password still work then.
    Effects: a wrong password stands in the owner's history soon.
    Raises: InvalidInput, the same for every reason; TooManyRequests; ExternalTemporary.
    """
    address = address_key(request)
    who = f"{normal_email(email)}:{address}"
    _count(_ADDRESS_LIMIT, address, limit=ATTEMPTS_PER_ADDRESS)
    _count(_ACCOUNT_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT)
    _count_of_all_addresses(email)
    account = find_by_password(email=email, password=password)
    if account is None:
        note_refusal("password")
        _tell_owner(email)
        raise InvalidInput(
            _("E-Mail-Adresse oder Passwort stimmen nicht. Prüfen Sie beides und versuchen Sie es noch einmal."),
            code="sign_in_failed",
        )
    reset_limit(_ACCOUNT_LIMIT, who, limit=ATTEMPTS_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
    open_again(email)
    if not secondfactor.get_factors(account.id).any:
        _begin(request, account.id, has_second_factor=False)
        return True
    request.session.cycle_key()
    request.session[_WAITING] = [str(account.id), sessions.now_seconds(), account.session_epoch]
    return False


def open_again(email: str) -> None:
    """Forget the attempts of all addresses: the owner has a new password, or knew the right one."""
    forget_passwords(_ALL_ADDRESSES_LIMIT, normal_email(email))


def get_waiting_account(request: HttpRequest) -> UUID | None:
    """Return whose second factor this browser owes.

    None once too much time has passed, or the account has changed meanwhile: the password may be another one.
    """
    stored = request.session.get(_WAITING)
    if not isinstance(stored, list) or len(stored) != 3:
        return None
    account_id, since, epoch = UUID(stored[0]), stored[1], stored[2]
    if not 0 <= sessions.now_seconds() - since < FIRST_FACTOR_SECONDS:
        return None
    account = get_account_info(account_id)
    return account_id if account is not None and account.is_active and account.session_epoch == epoch else None


def sign_in_with_code(request: HttpRequest, *, code: str) -> None:
    """Check the second factor of whoever has shown the first one here, and begin the session.

    Effects: a mail to the owner when a wrong code was the last that may be tried: the password is known to somebody.
    Raises: InvalidInput (field `code`), or when the first step is too long ago; TooManyRequests; ExternalTemporary.
    """
    account_id = get_waiting_account(request)
    if account_id is None:
        raise InvalidInput(_("Das hat zu lange gedauert. Beginnen Sie die Anmeldung noch einmal."), code="too_late")
    limit = code_limit(request, who=str(account_id), code=code)
    limit.count(_CODE_LIMIT)
    try:
        secondfactor.check_code(account_id=account_id, code=code, sender=sender_of(request))
    except InvalidInput:
        note_refusal("second_factor")
        if limit.is_closed_now(_CODE_LIMIT):
            secondfactor.note_lock(account_id=account_id, sender=sender_of(request))
        raise
    limit.reset(_CODE_LIMIT)
    _begin(request, account_id, has_second_factor=True)


def begin_passkey(request: HttpRequest) -> Challenge:
    """Return what the browser needs to ask for a passkey; the challenge waits in the session, for one answer.

    Raises: TooManyRequests.
    """
    _count(_ADDRESS_LIMIT, address_key(request), limit=ATTEMPTS_PER_ADDRESS)
    challenge = ask_for_one(place_of(request))
    request.session[_CHALLENGE] = challenge.challenge
    return challenge


def sign_in_with_passkey(request: HttpRequest, *, answer: str) -> None:
    """Check a passkey's answer, and begin the session: device and finger or PIN are two factors.

    Raises: InvalidInput; TooManyRequests; ExternalTemporary.
    """
    _count(_ADDRESS_LIMIT, address_key(request), limit=ATTEMPTS_PER_ADDRESS)
    challenge = request.session.pop(_CHALLENGE, "")
    try:
        account_id = passkeys.finish_sign_in(answer=answer, challenge=challenge, place=place_of(request))
    except InvalidInput:
        note_refusal("passkey")
        raise
    _begin(request, account_id, has_second_factor=True)


def _begin(request: HttpRequest, account_id: UUID, *, has_second_factor: bool) -> None:
    proven = Proven(
        account_id=account_id, level=TrustLevel.BASIS, provider=PROVIDER, has_second_factor=has_second_factor
    )
    begin_session(request, proven)


def _tell_owner(email: str) -> None:
    """Leave it to a worker to note a wrong password for an owner: whether there is one must not be seen by the time."""
    try:
        tasks.note_wrong_password.delay(fingerprints_of(email))
    except OperationalError:
        log.warning("citizen.wrong_password_not_noted")


def _count_of_all_addresses(email: str) -> None:
    try:
        count_password(_ALL_ADDRESSES_LIMIT, normal_email(email))
    except TooManyRequests as refused:
        sentence = _("Mit einem Passkey oder mit dem Link aus „Passwort vergessen“ kommen Sie sofort hinein.")
        raise TooManyRequests(f"{refused.user_message} {sentence}", data=refused.data) from refused


def _count(name: str, key: str, *, limit: int) -> None:
    check_limit(name, key, limit=limit, window_seconds=WINDOW_SECONDS, fail_closed=True)
