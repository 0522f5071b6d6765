"""Sign in at Keycloak those who work here, and keep their sessions in step with it.

Keycloak says who somebody is, that a second factor was shown, and that the person is a member of the organisation that
works at this site. What the person may do stands here, in the account. Neither is worth anything without the other.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn
from uuid import UUID

import structlog
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity import exchange, secondfactor, sessions
from shared_services.identity.accounts import account_book
from shared_services.identity.citizen.attempts import WORK, Attempt, new_attempt
from shared_services.identity.citizen.oidc import RENEW_SECONDS
from shared_services.identity.citizen.tokens import has_second_factor, verify_id_token, verify_renewed_token
from shared_services.identity.keycloak import userfactors
from shared_services.identity.keycloak.clients import credentials_of
from shared_services.identity.requests import set_actor, site_of
from shared_services.identity.signouts import end_here
from shared_services.identity.staff_oidc import directories, ended, factors, invitations, members
from shared_services.identity.staff_oidc.links import find_account_id, find_linked_directory
from shared_services.identity.staff_oidc.places import Place, place_of_site
from shared_services.identity.staff_oidc.proof import WorkProof, read_proof
from tenants.accounts import AccountInfo
from tenants.actors import ANONYMOUS
from tenants.audit.services import record
from tenants.editors import services as editors
from tenants.errors import ExternalPermanent, ExternalTemporary, InvalidInput, NotAllowed
from tenants.keystore.sealing import Unreadable, ensure_data_key, get_data_key
from tenants.operators import services as operators
from tenants.staff import services as staff
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

_TOKENS: Final = "staff_oidc.tokens"
_SIGN_IN: Final = WORK
_ACCEPT: Final = "work.accept:"
# On the way a factor is set up, by a link alone, or shown: each is asked for once, so that nobody goes in circles.
_FACTOR: Final = "work.factor"
_ACCEPT_ENROL: Final = "work.accept.enrol:"
_ACCEPT_FACTOR: Final = "work.accept.factor:"
_ANOTHER: Final = "work.another"
_NOTE_SIGN_IN: Final = {
    "staff": staff.note_signed_in,
    "operator": operators.note_signed_in,
    "editor": editors.note_signed_in,
}


def is_of_work(attempt: Attempt) -> bool:
    """Whether a sign-in was begun here, and not in a citizen's area."""
    return attempt.purpose.startswith(_SIGN_IN)


def begin(
    request: HttpRequest, *, target: str, invitation: str = "", another: bool = False, directory: str = ""
) -> tuple[str, Attempt]:
    """Return Keycloak's page, and the attempt that the browser keeps.

    `invitation` is the token of one to be accepted, `another` asks for another account than the one signed in there,
    `directory` leads on to a directory of this place.
    Raises: NotFound for an invitation that is not open, or a directory of nobody here; ExternalTemporary.
    """
    wanted = (
        {"kc_idp_hint": directories.get_directory(place_of_site(site_of(request)), directory).alias}
        if directory
        else {}
    )
    purpose = _ANOTHER if another else _SIGN_IN
    if invitation:
        invitations.invited_address(place_of_site(site_of(request)), invitation)
        purpose = f"{_ACCEPT}{invitation}"
    return _begin(request, target=target, purpose=purpose, **wanted)


def complete(request: HttpRequest, attempt: Attempt) -> tuple[str, Attempt | None]:
    """Take what came back; return where to go, and the next attempt where Keycloak is to be asked once more.

    Effects: a session, or an accepted invitation; an audit entry either way.
    Raises: Cancelled; NotAllowed and InvalidInput with the reason; ExternalTemporary.
    """
    place = place_of_site(site_of(request))
    answer = exchange.redeem_code(request, attempt, path=place.callback)
    client_id = credentials_of(site_of(request)).client_id
    claims = verify_id_token(str(answer.get("id_token", "")), client_id=client_id, nonce=attempt.nonce)
    invitation = _invitation_of(attempt)
    if invitation:
        following = _by_link(request, attempt, place=place, claims=claims)
        if following is not None:
            return following
    account = _require_account(request, place, claims)
    if not invitation and secondfactor.is_required():
        present = factors.require_known(place, account, subject=str(claims["sub"]))
        if not has_second_factor(claims):
            return _ask_to_show(request, attempt, purpose=_FACTOR)
        factors.keep(place, str(claims["sub"]), present)
    _begin_session(request, place, account, claims=claims, token=str(answer.get("refresh_token", "")))
    # Ended while its answer was on the way: the session began too late to be told.
    if ended.was_ended(provider_session=str(claims.get("sid", "")), subject="", started_at=attempt.begun_at):
        sessions.end(request)
        set_actor(request, ANONYMOUS)
        raise ended.sign_in_over()
    return attempt.target, None


def still_holds(request: HttpRequest, record_: sessions.SessionRecord) -> bool:
    """Whether the sign-in behind a session still holds: asked of Keycloak every few minutes.

    Sessions that began in another way are none of its business. Without an answer a session goes on until the next try.
    """
    proof = read_proof(record_.proof)
    if proof is None:
        return True
    begun_at = proof.begun_at or record_.started_at
    if ended.was_ended(provider_session=proof.provider_session, subject=proof.subject, started_at=begun_at):
        return False
    if sessions.now_seconds() < proof.renew_at:
        return True
    try:
        renewed = _renewed(request, proof, record_.account_id)
    except ExternalTemporary:
        return True
    except (ExternalPermanent, InvalidInput, NotAllowed, Unreadable) as refused:
        log.info("keycloak.work_ended", reason=refused.code)
        return False
    sessions.keep_proof(request, record_, renewed.stored())
    return True


def sign_out(request: HttpRequest) -> None:
    """End the sign-in at Keycloak, before the session here ends. Where Keycloak knows it no more, it is over there."""
    running = sessions.read(request)
    proof = read_proof(running.proof) if running is not None else None
    if running is None or proof is None:
        return
    end_here(provider_session=proof.provider_session, subject=proof.subject)
    token = _unsealed(place_of_site(site_of(request)), running.account_id, proof.tokens)
    exchange.end_sign_in(request, token, subject=proof.subject)


def _begin(request: HttpRequest, *, target: str, purpose: str, **wanted: str) -> tuple[str, Attempt]:
    place = place_of_site(site_of(request))
    attempt = new_attempt(target=target, level=TrustLevel.BASIS, purpose=purpose)
    if purpose == _FACTOR or purpose.startswith(_ACCEPT_FACTOR):
        wanted |= factors.SHOW
    elif purpose.startswith(_ACCEPT_ENROL):
        wanted |= factors.SET_UP
    elif purpose == _ANOTHER:
        wanted |= {"prompt": "login"}
    return exchange.sign_in_url(request, attempt, path=place.callback, **wanted), attempt


def _invitation_of(attempt: Attempt) -> str:
    """Return the token of the invitation that a sign-in began with, or ""."""
    kind, colon, token = attempt.purpose.partition(":")
    return token if f"{kind}{colon}" in {_ACCEPT, _ACCEPT_ENROL, _ACCEPT_FACTOR} else ""


def _by_link(
    request: HttpRequest, attempt: Attempt, *, place: Place, claims: Mapping[str, Any]
) -> tuple[str, Attempt] | None:
    """Accept an invitation once a second factor was shown; before, return where to set one up or to show it.

    Interrupted in between, the link is still good, and nothing has changed here.
    """
    token, subject = _invitation_of(attempt), str(claims["sub"])
    _require_way(lambda: invitations.require_meant(place, token=token, claims=claims), None)
    present: list[str] = []
    if secondfactor.is_required():
        is_set_up = attempt.purpose.startswith(_ACCEPT_ENROL)
        present = factors.require_one(subject) if is_set_up else userfactors.list_factors(subject)
        if not present and not is_set_up:
            return _begin(request, target=attempt.target, purpose=f"{_ACCEPT_ENROL}{token}")
        if not has_second_factor(claims):
            return _ask_to_show(request, attempt, purpose=f"{_ACCEPT_FACTOR}{token}")
        # Another sign-in may have shown a factor that is none any more.
        members.end_other_sign_ins(subject, but=str(claims.get("sid", "")))
    invitations.accept(place, token=token, claims=claims)
    factors.keep(place, subject, present)
    return None


def _ask_to_show(request: HttpRequest, attempt: Attempt, *, purpose: str) -> tuple[str, Attempt]:
    if attempt.purpose == purpose:
        _refuse(
            _(
                "Für die Arbeit hier brauchen Sie einen zweiten Faktor. Melden Sie sich noch einmal an und geben Sie "
                "den Einmalcode aus Ihrer App ein."
            ),
            code="no_factor",
            account=None,
        )
    return _begin(request, target=attempt.target, purpose=purpose)


def _require_account(request: HttpRequest, place: Place, claims: Mapping[str, Any]) -> AccountInfo:
    """Return the account of a person who may come in: linked here, active, and a member of who works here."""
    book, subject = account_book(request), str(claims["sub"])
    account_id = find_account_id(place, subject)
    account = book.get(account_id) if book is not None and account_id is not None else None
    if account is None or not account.is_active:
        _refuse(
            _(
                "Mit diesem Konto haben Sie hier keinen Zugang: {name}. Sind Sie eingeladen, dann öffnen Sie zuerst "
                "den Link in der Einladung; oder melden Sie sich mit einem anderen Konto an."
            ).format(name=place.name),
            code="no_account",
            account=account,
        )
    _require_way(
        lambda: directories.require_same(place, claims, expected=find_linked_directory(place, subject)), account
    )
    if not members.is_member(place, subject):
        _refuse(
            _(
                "Der Anmeldedienst führt Sie hier nicht mehr: {name}. Wenden Sie sich an Ihre Administration; sie gibt "
                "Ihnen einen neuen Link."
            ).format(name=place.name),
            code="no_member",
            account=account,
        )
    return account


def _require_way(check: Callable[[], None], account: AccountInfo | None) -> None:
    """Have a way looked at by which somebody has come; that it is refused stands in the audit trail, too."""
    try:
        check()
    except NotAllowed as refused:
        _refuse(refused.user_message, code=refused.code, account=account)


def _refuse(message: str, *, code: str, account: AccountInfo | None) -> NoReturn:
    with transaction.atomic():
        subject = account.subject if account is not None else ""
        record(actor=ANONYMOUS, action="auth.refused", subject=subject, data={"reason": code})
    log.warning("keycloak.work_refused", reason=code)
    raise NotAllowed(message, code=code)


def _begin_session(
    request: HttpRequest, place: Place, account: AccountInfo, *, claims: Mapping[str, Any], token: str
) -> None:
    factor = "keycloak" if has_second_factor(claims) else ""
    noted = _NOTE_SIGN_IN[account.kind](account_id=account.id, factor=factor)
    if noted is None:
        _refuse(
            _("Ihr Zugang ist beendet. Wenden Sie sich an Ihre Administration."), code="no_account", account=account
        )
    proof = WorkProof(
        subject=str(claims["sub"]),
        provider_session=str(claims.get("sid", "")),
        second_factor=bool(factor),
        tokens=_sealed(place, account.id, token),
        renew_at=sessions.now_seconds() + RENEW_SECONDS,
        begun_at=time.time(),
    )
    sessions.begin(request, noted, proof=proof.stored())
    set_actor(request, noted.as_actor())


def _renewed(request: HttpRequest, proof: WorkProof, account_id: UUID) -> WorkProof:
    """Ask Keycloak for new tokens.

    Raises: InvalidInput once over; NotAllowed for no member; ExternalPermanent when it refuses; ExternalTemporary.
    """
    place = place_of_site(site_of(request))
    token = _unsealed(place, account_id, proof.tokens)
    answer = exchange.refresh(request, token, path=place.callback)
    client_id = credentials_of(site_of(request)).client_id
    verify_renewed_token(str(answer.get("id_token", "")), client_id=client_id, subject=proof.subject)
    directories.require_listed(place, find_linked_directory(place, proof.subject))
    if not members.is_member(place, proof.subject):
        raise NotAllowed(_("Der Anmeldedienst führt Sie hier nicht mehr."), code="no_member")
    newer = str(answer.get("refresh_token") or token)
    return replace(proof, tokens=_sealed(place, account_id, newer), renew_at=sessions.now_seconds() + RENEW_SECONDS)


def _sealed(place: Place, account_id: UUID, token: str) -> str:
    key = ensure_data_key(account_id, scope=place.key_scope)
    return base64.b64encode(key.seal(token, purpose=_TOKENS)).decode()


def _unsealed(place: Place, account_id: UUID, sealed: str) -> str:
    key = get_data_key(account_id, scope=place.key_scope)
    return str(key.unseal(base64.b64decode(sealed), purpose=_TOKENS))
