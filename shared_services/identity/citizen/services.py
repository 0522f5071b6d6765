"""Sign a citizen in, raise the level, sign out: the same for every provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.accounts.sessions import (
    NewSession,
    end_session,
    end_sessions,
    end_sign_in,
    open_session,
    raise_level,
)
from shared_services.accounts.signins import is_running
from shared_services.identity import sessions
from shared_services.identity.citizen.devicecookie import device_of
from shared_services.identity.citizen.proof import Proof, read_proof
from shared_services.identity.citizen.provider import Proven, SignInProvider
from shared_services.identity.citizen.registry import sign_in_provider
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.requests import actor_of, set_actor, site_of
from shared_services.identity.staff_oidc.ended import note_ended, sign_in_over, was_ended
from tenants.actors import ANONYMOUS, Actor
from tenants.addresses import address_key
from tenants.errors import InvalidInput
from tenants.limits import check_limit

_RETURNS_PER_ADDRESS: Final = 120
_WINDOW_SECONDS: Final = 15 * 60


def provider() -> SignInProvider:
    """Return what signs citizens in at this deployment."""
    return sign_in_provider()


def limit_returns(request: HttpRequest) -> None:
    """Count one return from a sign-in. Raises: TooManyRequests."""
    address = address_key(request)
    check_limit("citizen.return", address, limit=_RETURNS_PER_ADDRESS, window_seconds=_WINDOW_SECONDS, fail_closed=True)


def begin_session(request: HttpRequest, proven: Proven) -> Actor:
    """Begin a session for whoever has just proved who they are, or raise the level of the one that runs.

    A session that runs goes on only if it is the same person's; its key changes all the same.
    Effects: an entry in the account, for its owner; `request.actor`.
    Raises: InvalidInput when the account is closed.
    """
    running = current_proof(request)
    if running is not None and actor_of(request).id == proven.account_id:
        return _raise(request, running, proven)
    new = NewSession(
        site=sessions.site_key(request),
        level=proven.level,
        user_agent=request.headers.get("User-Agent", ""),
        provider=proven.provider,
        provider_session=proven.provider_session,
        device=None if is_handed_over(proven) and not is_told(request, proven) else device_of(request),
        is_told=is_told(request, proven),
    )
    opened = open_session(account_id=proven.account_id, new=new, key=proven.key)
    if opened is None:
        raise InvalidInput(
            _("Dieses Konto ist geschlossen. Schreiben Sie uns, wenn Sie das nicht wollten."), code="account_closed"
        )
    info, session_id = opened
    proof = _proof_of(proven, session_id=str(session_id))
    sessions.begin(request, info, proof=proof.stored())
    return set_actor(request, actor_with(info.as_actor(), proof))


def require_running(request: HttpRequest, proven: Proven, *, since: int) -> None:
    """Look whether the sign-in has ended while its answer was on the way: what ended it could not see this session yet.

    `since` is when it was begun, in seconds since 1970. Raises: InvalidInput; nobody is signed in then.
    """
    proof, sign_in = current_proof(request), proven.provider_session
    if proof is None or not sign_in:
        return
    if is_handed_over(proven):
        over = not is_running(sign_in, account_id=proven.account_id, but=proof.session_key)
    else:
        over = was_ended(provider_session=sign_in, subject="", started_at=since)
    if over:
        end_session(account_id=proven.account_id, session_id=proof.session_key)
        forget_session(request)
        raise sign_in_over()


def is_handed_over(proven: Proven) -> bool:
    """Whether another portal here tells of a sign-in there: nobody has signed in anew."""
    return not uses_keycloak() and bool(proven.provider_session)


def is_told(request: HttpRequest, proven: Proven) -> bool:
    """Whether an umbrella hears of a sign-in at another one, to which the person came."""
    return is_handed_over(proven) and site_of(request).tenant is None


def sign_out(request: HttpRequest) -> str:
    """End the session here, the sign-in behind it, and every other session of the person: in all towns, on all devices.

    Returns the address at which the provider ends it, or "". The sessions are over even if the provider is away.
    """
    actor, proof = actor_of(request), current_proof(request)
    sessions.end(request)
    set_actor(request, ANONYMOUS)
    if proof is None or actor.id is None:
        return ""
    end_sessions(actor.id)
    if uses_keycloak():
        # Who works here by the same sign-in hears of it, too: Keycloak tells every portal, but may be away.
        note_ended(provider_session=proof.provider_session, subject="")
    return provider().sign_out(request, proof, actor.id)


def end_device(request: HttpRequest, session_id: UUID) -> None:
    """End another device's sign-in: what it has open in any portal, and what its browser would come in with again."""
    account_id, proof = actor_of(request).id, current_proof(request)
    if account_id is None or proof is None:
        return
    sign_in = end_sign_in(account_id=account_id, session_id=session_id)
    if sign_in:
        provider().end_others(proof, account_id, only=sign_in)


def end_other_devices(request: HttpRequest) -> None:
    """End the sign-ins of all devices but this one."""
    account_id, proof = actor_of(request).id, current_proof(request)
    if account_id is None or proof is None:
        return
    end_sessions(account_id, but=proof.sign_in)
    provider().end_others(proof, account_id)


def forget_session(request: HttpRequest) -> None:
    """End the session here alone; the sign-in behind it goes on."""
    sessions.end(request)
    set_actor(request, ANONYMOUS)


def current_proof(request: HttpRequest) -> Proof | None:
    """Return how whoever is signed in as a citizen has proved it; None for everybody else."""
    if actor_of(request).kind != "citizen":
        return None
    record = sessions.read(request)
    return read_proof(record.proof) if record is not None else None


def actor_with(actor: Actor, proof: Proof) -> Actor:
    """Return the actor at the level that the session has now."""
    return replace(actor, trust_level=proof.level_at(sessions.now_seconds()))


def _proof_of(proven: Proven, *, session_id: str) -> Proof:
    now = sessions.now_seconds()
    return Proof(
        session_id=session_id,
        level=proven.level,
        proved_at=now if proven.proved_at is None else proven.proved_at,
        entered_at=now if proven.entered_at is None else proven.entered_at,
        provider=proven.provider,
        provider_session=proven.provider_session,
        has_second_factor=proven.has_second_factor,
        tokens=proven.tokens,
        renew_at=now + proven.renew_in_seconds if proven.renew_in_seconds else 0,
    )


def _raise(request: HttpRequest, running: Proof, proven: Proven) -> Actor:
    """Take the new proof in the place of the old one: a lower level counts, too, for it is what was proved last."""
    record, actor = sessions.read(request), actor_of(request)
    if record is None:
        raise InvalidInput(_("Ihre Sitzung ist zu Ende. Melden Sie sich noch einmal an."), code="session_over")
    if not proven.provider_session:
        # A provider that is played knows of no sign-in: the one that goes on is that of before.
        proven = replace(proven, provider_session=running.provider_session)
    proof = _proof_of(proven, session_id=running.session_id)
    raise_level(
        running.session_key,
        level=proven.level,
        provider=proven.provider,
        provider_session=proven.provider_session,
    )
    request.session.cycle_key()
    sessions.keep_proof(request, record, proof.stored())
    return set_actor(request, actor_with(actor, proof))
