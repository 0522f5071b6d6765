"""The second factor of people who work here, between browser and account: who owes one, and the two steps of a sign-in.

What a factor is and how it is kept lies in `tenants.factors`; passkeys of whoever is signed in lie in `passkeys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity import sessions
from shared_services.identity.accounts import AccountBook, account_book
from shared_services.identity.codelimits import CODES_PER_ACCOUNT, WINDOW_SECONDS, code_limit
from shared_services.identity.passkeyplaces import place_name
from shared_services.identity.requests import actor_of, enrolling_of, set_actor
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.authentication import is_factor_required
from tenants.errors import Conflict, InvalidInput, NotAllowed
from tenants.factors import Setup
from tenants.limits import check_limit

FIRST_STEP_SECONDS: Final = 5 * 60
CONFIRMED_SECONDS: Final = 10 * 60
_WAITING: Final = sessions.FIRST_STEP
_SIGN_IN_LIMIT: Final = "identity.sign_in.code"
_CHANGE_LIMIT: Final = "identity.factor.code"


def is_required() -> bool:
    """Whether people who work here need a second factor in this deployment."""
    return is_factor_required()


def is_owed(account: AccountInfo, proof: Mapping[str, Any]) -> bool:
    """Whether a person has to set up a second factor before anything else.

    Whoever has shown one where they signed in needs none here.
    """
    return is_required() and not account.has_factor and not proof.get(sessions.SECOND_FACTOR)


def may_enrol(proof: Mapping[str, Any]) -> bool:
    """Whether a session that owes a second factor may set one up. A password alone is no right to: it may be stolen."""
    return bool(proof.get(sessions.ENROLS))


def no_factor(account: AccountInfo) -> InvalidInput:
    """Return what is said to whoever knows the password of an account that has no second factor yet."""
    why = _("Ihrem Zugang fehlt der zweite Faktor. Einrichten können Sie ihn nur über einen Link.")
    return InvalidInput(f"{why} {whom_to_ask(account)}", code="factor_missing")


def whom_to_ask(account: AccountInfo) -> str:
    """Return the sentence that says who makes a new link for somebody."""
    return {
        "staff": _("Bitten Sie eine Person mit der Rolle Administration um einen neuen Link."),
        "editor": _("Bitten Sie Ihren IT-Dienstleister um einen neuen Link."),
    }.get(account.kind, _("Bitten Sie die Betriebsleitung um einen neuen Link."))


def wait_for_code(request: HttpRequest, account: AccountInfo) -> None:
    """Remember in this browser's session who has shown the password. It gives no right to anything."""
    request.session.cycle_key()
    request.session[_WAITING] = {
        "kind": account.kind,
        "id": str(account.id),
        "site": sessions.site_key(request),
        "epoch": account.session_epoch,
        "since": sessions.now_seconds(),
    }


def is_waiting(request: HttpRequest) -> bool:
    """Whether this browser has shown a password here, not too long ago, and owes the code."""
    book = account_book(request)
    return book is not None and _waiting_record(request, book) is not None


def find_waiting(request: HttpRequest) -> AccountInfo | None:
    """Return whose second factor this browser owes, for the page that asks; None where there is nobody to ask."""
    book = account_book(request)
    waiting = _waiting_record(request, book) if book else None
    return book.get(UUID(waiting["id"])) if book and waiting else None


def get_waiting_account(request: HttpRequest, book: AccountBook) -> UUID:
    """Return whose code this browser owes.

    Raises: InvalidInput when nobody's: too late, another site's, or the account has changed meanwhile.
    """
    waiting = _waiting_record(request, book)
    account = book.get(UUID(waiting["id"])) if waiting else None
    if waiting is None or account is None or not account.is_active or account.session_epoch != waiting["epoch"]:
        raise InvalidInput(_("Das hat zu lange gedauert. Beginnen Sie die Anmeldung noch einmal."), code="too_late")
    return account.id


def check_code(request: HttpRequest, book: AccountBook, *, account_id: UUID, code: str) -> AccountInfo:
    """Check a code of the app or a recovery code at sign-in.

    Effects: a mail to the owner when a wrong one was the last that may be tried.
    Raises: InvalidInput (field `code`); TooManyRequests.
    """
    limit = code_limit(request, who=f"{book.kind}:{account_id}", code=code)
    limit.count(_SIGN_IN_LIMIT)
    try:
        account = book.factors.confirm(account_id=account_id, code=code)
    except InvalidInput:
        if limit.is_closed_now(_SIGN_IN_LIMIT):
            book.factors.note_lock(account_id)
        raise
    limit.reset(_SIGN_IN_LIMIT)
    return account


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person has shown the present factor a moment ago, to change how they sign in.

    Without one it is the password; whoever owes the first one has a link for it. Raises: NotAllowed.
    """
    record = sessions.read(request)
    if record is None:
        return False
    if may_enrol(record.proof) and not get_person(request).has_factor:
        return True
    shown_at = record.proof.get(sessions.CONFIRMED_AT, 0)
    return isinstance(shown_at, int) and 0 <= sessions.now_seconds() - shown_at < CONFIRMED_SECONDS


def require_confirmed(request: HttpRequest) -> None:
    """Refuse a change before the present factor was shown. Raises: Conflict unless `is_confirmed`; NotAllowed."""
    get_person(request)
    if not is_confirmed(request):
        raise Conflict(_("Bestätigen Sie zuerst, dass Sie es sind."), code="not_confirmed")


def confirm(request: HttpRequest, *, shown: str) -> None:
    """Check a code of whoever has a factor, else the password; for a while the person may change how they sign in.

    Raises: InvalidInput (field `code` or `password`); TooManyRequests; NotAllowed.
    """
    actor, book = person_of(request)
    count_change(request)
    if get_person(request).has_factor:
        book.factors.prove(actor=actor, code=shown)
    else:
        book.require_password(actor=actor, password=shown)
    note_confirmed(request)


def note_confirmed(request: HttpRequest) -> None:
    """Keep that the present factor was shown just now."""
    record = sessions.read(request)
    if record is not None:
        proof = {**record.proof, sessions.CONFIRMED_AT: sessions.now_seconds()}
        sessions.keep_proof(request, record, proof)


def begin_setup(request: HttpRequest) -> Setup:
    """Return the secret that waits for its first code.

    Raises: InvalidInput when an app is in use; Conflict for whoever has a passkey and has not shown it; NotAllowed.
    """
    actor, book = person_of(request)
    _require_shown_passkey(request)
    return book.factors.begin(actor=actor, issuer=place_name(request))


def finish_setup(request: HttpRequest, *, code: str) -> list[str]:
    """Take the app into use and return the recovery codes; this session goes on under a new key, all others end.

    Raises: InvalidInput (field `code`); TooManyRequests; as `begin_setup`.
    """
    actor, book = person_of(request)
    _require_shown_passkey(request)
    count_change(request)
    enrolled = book.factors.finish(actor=actor, code=code)
    continue_with(request, enrolled.account)
    return enrolled.codes


def remove(request: HttpRequest, *, code: str) -> AccountInfo:
    """Remove the own app and return the account; this session goes on under a new key, all others end.

    Where a second factor is needed and there is no passkey, the person has to set up another one at once.
    Raises: InvalidInput (field `code`); TooManyRequests; NotAllowed.
    """
    actor, book = person_of(request)
    count_change(request)
    account = book.factors.remove(actor=actor, code=code)
    continue_with(request, account)
    return account


def renew_codes(request: HttpRequest, *, code: str | None = None) -> list[str]:
    """Return new recovery codes in the place of the old ones. Without a code the person has to be confirmed.

    Raises: InvalidInput (field `code`); TooManyRequests; Conflict unless confirmed; NotAllowed.
    """
    actor, book = person_of(request)
    if code is None:
        require_confirmed(request)
    count_change(request)
    return book.factors.renew_codes(actor=actor, code=code)


def get_person(request: HttpRequest) -> AccountInfo:
    """Return the account whose second factor this page is about. Raises: NotAllowed."""
    actor, book = person_of(request)
    account = book.get(actor.id) if actor.id else None
    if account is None:
        raise _nobody()
    return account


def person_of(request: HttpRequest) -> tuple[Actor, AccountBook]:
    """Return who changes how they sign in, and the accounts of this place. Raises: NotAllowed."""
    actor, book = enrolling_of(request) or actor_of(request), account_book(request)
    if book is None or actor.is_anonymous:
        raise _nobody()
    return actor, book


def _waiting_record(request: HttpRequest, book: AccountBook) -> dict[str, Any] | None:
    stored = request.session.get(_WAITING)
    if not isinstance(stored, dict) or set(stored) != {"kind", "id", "site", "epoch", "since"}:
        return None
    is_here = (stored["kind"], stored["site"]) == (book.kind, sessions.site_key(request))
    return stored if is_here and 0 <= sessions.now_seconds() - stored["since"] < FIRST_STEP_SECONDS else None


def continue_with(request: HttpRequest, account: AccountInfo) -> None:
    """Go on with this session after a factor came or went, which has ended all others."""
    proof = {sessions.SECOND_FACTOR: account.has_factor, sessions.ENROLS: not account.has_factor}
    sessions.renew(request, account, proof=proof)
    set_actor(request, account.as_actor())


def count_change(request: HttpRequest) -> None:
    """Count an attempt to change something of one's factors. Raises: TooManyRequests; NotAllowed."""
    actor, book = person_of(request)
    who = f"{book.kind}:{actor.id}"
    check_limit(_CHANGE_LIMIT, who, limit=CODES_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)


def _require_shown_passkey(request: HttpRequest) -> None:
    """Whoever signs in by a passkey shows it before there is another way. Raises: Conflict; NotAllowed."""
    if get_person(request).has_passkey:
        require_confirmed(request)


def _nobody() -> NotAllowed:
    return NotAllowed(_("Bitte melden Sie sich an."))
