"""Sign-in at the deployment's Keycloak by OpenID Connect: code flow with PKCE, nonce and exact checks, by Authlib."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import structlog
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.accounts.models import AttributeName
from shared_services.accounts.people import Person, recognise
from shared_services.identity import exchange, sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.attempts import Attempt, new_attempt
from shared_services.identity.citizen.proof import ELEVATION_SECONDS, Proof
from shared_services.identity.citizen.provider import FactorOwed, Proven, level_unknown
from shared_services.identity.citizen.tokens import has_second_factor, level_of, verify_id_token, verify_renewed_token
from shared_services.identity.citizen.ways import list_ways_up, tells_companies
from shared_services.identity.keycloak.clients import CALLBACK_PATH, credentials_of
from shared_services.identity.keycloak.introducing import introduce
from shared_services.identity.keycloak.known import find_directory
from shared_services.identity.keycloak.userfactors import list_factors
from shared_services.identity.othersignins import end_others
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import site_of
from tenants.accountmails import mail_language
from tenants.errors import ExternalTemporary, InvalidInput, NotAllowed
from tenants.keystore.sealing import DataKey, get_data_key
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

# A disabled account is out within five minutes, whether or not a logout token comes.
RENEW_SECONDS: Final = 4 * 60
_AGAIN_SECONDS: Final = 30
_TOKENS: Final = "identity.tokens"
# What people change at Keycloak themselves, and Keycloak's names for it; they come back to where they began.
OWN_ACTIONS: Final = {
    "passkey": "webauthn-register-passwordless",
    "app": "CONFIGURE_TOTP",
    "codes": "CONFIGURE_RECOVERY_AUTHN_CODES",
    "password": "UPDATE_PASSWORD",
}
# The purpose of what is begun to have a second factor shown, and the level that Keycloak has for it.
_FACTOR: Final = "factor"
_TWO_FACTORS: Final = {"acr_values": "zwei-faktor"}
# Claims of our realm -> attributes of an account: what a provider tells, where people at Keycloak cannot write it; and
# what those without a provider have written there themselves.
_TOLD: Final = {
    "told_given_name": AttributeName.GIVEN_NAME,
    "told_family_name": AttributeName.FAMILY_NAME,
    "birthdate": AttributeName.BIRTH_DATE,
    "street_address": AttributeName.STREET,
    "postal_code": AttributeName.POSTCODE,
    "locality": AttributeName.CITY,
}
_WRITTEN: Final = {"given_name": AttributeName.GIVEN_NAME, "family_name": AttributeName.FAMILY_NAME}
# Between the clocks of Keycloak and of a portal.
_LEEWAY_SECONDS: Final = 30


class KeycloakSignIn:
    """Implements `SignInProvider` by the realm that the deployment's settings name."""

    def begin(self, request: HttpRequest, attempt: Attempt) -> str:
        """Return Keycloak's page. Raises: ExternalTemporary when it does not answer."""
        wanted = introduce(site_of(request), hint=attempt.hint)
        if attempt.trust_level > TrustLevel.BASIS:
            # One level, and only as a wish: what came of it is looked at afterwards. A fresh proof, not an old one.
            wanted |= {"acr_values": attempt.level, "prompt": "login"}
        if attempt.hint:
            wanted["kc_idp_hint"] = attempt.hint
        if attempt.purpose in OWN_ACTIONS:
            wanted["kc_action"] = OWN_ACTIONS[attempt.purpose]
        return exchange.sign_in_url(request, attempt, path=CALLBACK_PATH, **wanted)

    def complete(self, request: HttpRequest, attempt: Attempt) -> Proven:
        """Trade the code for tokens, verify them, and find the account. See `SignInProvider.complete`."""
        answer = exchange.redeem_code(request, attempt, path=CALLBACK_PATH)
        client_id = credentials_of(site_of(request)).client_id
        claims = verify_id_token(str(answer.get("id_token", "")), client_id=client_id, nonce=attempt.nonce)
        level = _level(claims)
        if level == TrustLevel.NONE:
            raise level_unknown()
        _require_own_account(claims)
        _require_own_factor(request, attempt, claims)
        proved_at = _proved_at(claims)
        level = _lasting(level, proved_at)
        is_told_now = not claims.get("idp") or proved_at >= attempt.begun_at - _LEEWAY_SECONDS
        key = recognise(_person(claims, level, is_told_now=is_told_now))
        tokens = {"refresh_token": answer.get("refresh_token", ""), "subject": str(claims["sub"])}
        return Proven(
            account_id=key.owner,
            level=level,
            provider=str(claims.get("idp") or "keycloak"),
            provider_session=str(claims.get("sid", "")),
            has_second_factor=has_second_factor(claims),
            tokens=_sealed(key, tokens),
            renew_in_seconds=RENEW_SECONDS,
            proved_at=proved_at,
            entered_at=_entered_at(claims),
            key=key,
        )

    def renew(self, request: HttpRequest, proof: Proof, account_id: UUID) -> Proof | None:
        """Ask Keycloak whether the sign-in still holds. Without an answer the session goes on until the next try."""
        if discovery.is_away():
            return proof
        try:
            key = get_data_key(account_id)
        except ExternalTemporary:
            # Not each page that comes meanwhile asks a key store which is away.
            log.warning("keycloak.not_renewed_without_keys")
            return replace(proof, renew_at=sessions.now_seconds() + _AGAIN_SECONDS)
        tokens = _unsealed(key, proof.tokens)
        try:
            answer = exchange.refresh(request, tokens.get("refresh_token", ""), path=CALLBACK_PATH)
            # It must be the person of the sign-in, by a token for this portal.
            client_id = credentials_of(site_of(request)).client_id
            verify_renewed_token(
                str(answer.get("id_token", "")), client_id=client_id, subject=tokens.get("subject", "")
            )
        except InvalidInput:
            log.info("keycloak.session_ended")
            return None
        except discovery.Away:
            return proof
        renewed = {**tokens, "refresh_token": answer.get("refresh_token", tokens.get("refresh_token", ""))}
        return replace(proof, tokens=_sealed(key, renewed), renew_at=sessions.now_seconds() + RENEW_SECONDS)

    def sign_out(self, request: HttpRequest, proof: Proof, account_id: UUID) -> str:
        """End the sign-in at Keycloak, which tells every portal that shared it; stay here if that works."""
        tokens = _kept(proof, account_id)
        return exchange.end_sign_in(request, tokens.get("refresh_token", ""), subject=tokens.get("subject", ""))

    def end_others(self, proof: Proof, account_id: UUID, *, only: str = "") -> None:
        """Have them ended at Keycloak, by a task: the device would come in again without a password."""
        subject = _kept(proof, account_id).get("subject", "")
        end_others(subject, only=only, but="" if only else proof.provider_session)

    def list_steps_up(self, level: TrustLevel) -> list[tuple[str, str]]:
        """Return the identity providers of this realm that give a level."""
        return list_ways_up(level)


def _kept(proof: Proof, account_id: UUID) -> dict[str, str]:
    """Return what a session keeps of its sign-in; nothing without the key store. Keycloak's own page asks then."""
    try:
        return _unsealed(get_data_key(account_id), proof.tokens)
    except ExternalTemporary as lost:
        log.warning("keycloak.token_not_read", code=lost.code)
        return {}


def _level(claims: Mapping[str, Any]) -> TrustLevel:
    """Return what the sign-in is worth.

    Who has just opened an account here or set a new password, by the link in a mail, comes to the next town by the same
    sign-in, to which no flow gave a level: Keycloak says 0. That is worth a password, and only without any provider.
    """
    level = level_of(dict(claims))
    is_by_mail = level == TrustLevel.NONE and claims.get("acr") == "0" and not claims.get("idp")
    return TrustLevel.BASIS if is_by_mail else level


def _proved_at(claims: Mapping[str, Any]) -> int:
    """Return when the person last came by a provider, as Keycloak has noted it; 0, long ago, where it does not say."""
    told = claims.get("proved_at")
    when = int(told) if isinstance(told, str) and told.isdecimal() else 0
    return min(when, sessions.now_seconds())


def _lasting(level: TrustLevel, proved_at: int) -> TrustLevel:
    """Return what of a level is left: Keycloak keeps it for hours, and tells it to each portal that asks."""
    if level <= TrustLevel.BASIS or sessions.now_seconds() - proved_at < ELEVATION_SECONDS:
        return level
    return TrustLevel.BASIS


def _person(claims: Mapping[str, Any], level: TrustLevel, *, is_told_now: bool) -> Person:
    """Return who it was. What a provider told at another sign-in was told at that one's level, and is known since."""

    def text(name: str) -> str:
        value = claims.get(name)
        return value.strip() if isinstance(value, str) else ""

    has_company = is_told_now and tells_companies(text("idp"))
    names = (_TOLD if text("idp") else _WRITTEN) if is_told_now else {}
    return Person(
        subject=str(claims["sub"]),
        level=level,
        source=text("idp"),
        bpk2=text("bpk2") if text("idp") else "",
        email=text("email"),
        is_email_verified=claims.get("email_verified") is True,
        language=mail_language(),
        attributes={str(name): text(claim) for claim, name in names.items()},
        organisation=text("organisation") if has_company else "",
        organisation_id=text("organisation_id") if has_company else "",
    )


def _entered_at(claims: Mapping[str, Any]) -> int:
    """Return when the person signed in at Keycloak; 0, long ago, where it does not say."""
    when = claims.get("auth_time")
    return when if isinstance(when, int) and not isinstance(when, bool) else 0


def _require_own_account(claims: Mapping[str, Any]) -> None:
    """Refuse whoever is signed in with an account of their work: it is their employer's, who could enter it, too."""
    directory = find_directory(str(claims.get("idp", "")))
    if directory is None:
        return
    note_refusal("work_account")
    raise NotAllowed(
        _(
            "Sie sind mit dem Konto Ihrer Arbeit angemeldet: {name}. Ein Bürgerkonto gehört Ihnen allein. Melden Sie "
            "sich bei der Arbeit ab, oder öffnen Sie diese Seite in einem privaten Fenster, und nehmen Sie dort Ihr "
            "eigenes Konto."
        ).format(name=directory.name),
        code="work_account",
    )


def _require_own_factor(request: HttpRequest, attempt: Attempt, claims: Mapping[str, Any]) -> None:
    """Have whoever came by a password show the second factor that they have set up: it is theirs to ask for.

    Keycloak asks for one where a level is wished for, and its owner has none: so Keycloak is asked who has one.
    Raises: FactorOwed, and NotAllowed for whoever comes back without it; ExternalTemporary; ExternalPermanent.
    """
    if claims.get("idp") or has_second_factor(claims) or not list_factors(str(claims["sub"])):
        return
    if attempt.purpose == _FACTOR:
        note_refusal("factor_missing", kind="citizen")
        raise NotAllowed(
            _("Für Ihr Konto haben Sie einen zweiten Faktor eingerichtet. Melden Sie sich noch einmal an, mit beidem."),
            code="factor_missing",
        )
    again = new_attempt(target=attempt.target, level=attempt.trust_level, purpose=_FACTOR)
    wanted = introduce(site_of(request)) | _TWO_FACTORS
    raise FactorOwed(exchange.sign_in_url(request, again, path=CALLBACK_PATH, **wanted), again)


def _sealed(key: DataKey, tokens: Mapping[str, Any]) -> str:
    return base64.b64encode(key.seal(dict(tokens), purpose=_TOKENS)).decode()


def _unsealed(key: DataKey, tokens: str) -> dict[str, str]:
    return dict(key.unseal(base64.b64decode(tokens), purpose=_TOKENS)) if tokens else {}
