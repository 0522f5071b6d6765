"""Sign-in at the deployment's Keycloak by OpenID Connect: code flow with PKCE, nonce and exact checks, by Authlib."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from requests.exceptions import RequestException

from shared_services.accounts.models import AttributeName
from shared_services.accounts.people import Person, account_of
from shared_services.identity import sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.attempts import Attempt
from shared_services.identity.citizen.proof import Proof
from shared_services.identity.citizen.provider import Cancelled, Proven
from shared_services.identity.citizen.tokens import has_second_factor, level_of, verify_id_token
from shared_services.identity.citizen.ways import list_ways_up
from shared_services.identity.keycloak.clients import CALLBACK_PATH, SIGNED_OUT_PATH, credentials_of
from shared_services.identity.requests import site_of
from tenants.accountmails import mail_language
from tenants.errors import InvalidInput
from tenants.keystore.sealing import DataKey, get_data_key
from tenants.links import public_url
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

# A disabled account is out within five minutes, whether or not a logout token comes.
RENEW_SECONDS: Final = 4 * 60
_TOKENS: Final = "identity.tokens"
_CANCELLED: Final = {"access_denied", "login_required", "interaction_required"}
# Claims of our realm -> attributes of an account.
_CLAIMS: Final = {
    "given_name": AttributeName.GIVEN_NAME,
    "family_name": AttributeName.FAMILY_NAME,
    "birthdate": AttributeName.BIRTH_DATE,
    "street_address": AttributeName.STREET,
    "postal_code": AttributeName.POSTCODE,
    "locality": AttributeName.CITY,
}


class KeycloakSignIn:
    """Implements `SignInProvider` by the realm that the deployment's settings name."""

    def begin(self, request: HttpRequest, attempt: Attempt) -> str:
        """Return Keycloak's page. Raises: ExternalTemporary when it does not answer."""
        realm = discovery.get_realm()
        wanted: dict[str, str] = {"nonce": attempt.nonce, "ui_locales": mail_language()}
        if attempt.trust_level > TrustLevel.BASIS:
            # One level, and only as a wish: what came of it is looked at afterwards. A fresh proof, not an old one.
            wanted |= {"acr_values": attempt.level, "prompt": "login"}
        if attempt.hint:
            wanted["kc_idp_hint"] = attempt.hint
        with _client(request) as client:
            url, _state = client.create_authorization_url(
                realm.authorization_url, state=attempt.state, code_verifier=attempt.verifier, **wanted
            )
        return str(url)

    def complete(self, request: HttpRequest, attempt: Attempt) -> Proven:
        """Trade the code for tokens, verify them, and find the account. See `SignInProvider.complete`."""
        _require_code(request)
        credentials = credentials_of(site_of(request))
        answer = _ask(
            request, grant_type="authorization_code", code=request.GET["code"], code_verifier=attempt.verifier
        )
        claims = verify_id_token(str(answer.get("id_token", "")), client_id=credentials.client_id, nonce=attempt.nonce)
        level = level_of(claims)
        if level == TrustLevel.NONE:
            log.warning("keycloak.level_unknown")
            raise InvalidInput(
                _("Der Ausweisdienst hat kein Vertrauensniveau genannt, das wir kennen. Nehmen Sie einen anderen."),
                code="level_unknown",
            )
        account_id = account_of(_person(claims, level))
        tokens = {"refresh_token": answer.get("refresh_token", ""), "id_token": answer.get("id_token", "")}
        return Proven(
            account_id=account_id,
            level=level,
            provider=str(claims.get("idp") or "keycloak"),
            provider_session=str(claims.get("sid", "")),
            has_second_factor=has_second_factor(claims),
            tokens=_sealed(get_data_key(account_id), tokens),
            renew_in_seconds=RENEW_SECONDS,
        )

    def renew(self, request: HttpRequest, proof: Proof, account_id: UUID) -> Proof | None:
        """Ask Keycloak whether the sign-in still holds. Without an answer the session goes on until the next try."""
        if discovery.is_away():
            return proof
        key = get_data_key(account_id)
        tokens = _unsealed(key, proof.tokens)
        try:
            answer = _ask(request, grant_type="refresh_token", refresh_token=tokens.get("refresh_token", ""))
        except InvalidInput:
            log.info("keycloak.session_ended")
            return None
        except discovery.Away:
            return proof
        renewed = {**tokens, "refresh_token": answer.get("refresh_token", tokens.get("refresh_token", ""))}
        return replace(proof, tokens=_sealed(key, renewed), renew_at=sessions.now_seconds() + RENEW_SECONDS)

    def sign_out(self, request: HttpRequest, proof: Proof, account_id: UUID) -> str:
        """End the sign-in at Keycloak, which tells every portal that shared it; stay here.

        From server to server: an address with the ID token as a hint would hold the person's name. Where that fails the
        browser goes to Keycloak's page, which asks.
        """
        token = _unsealed(get_data_key(account_id), proof.tokens).get("refresh_token", "")
        credentials = credentials_of(site_of(request))
        try:
            realm = discovery.get_realm()
            own = {"client_id": credentials.client_id, "client_secret": credentials.secret, "refresh_token": token}
            with httpx.Client(timeout=_timeout_seconds()) as client:
                if token and client.post(realm.end_session_url, data=own).is_success:
                    return ""
        except (discovery.Away, httpx.HTTPError) as lost:
            log.warning("keycloak.sign_out_failed", error=type(lost).__name__)
            # Its session runs out by itself; the one here is over.
            return ""
        asked = {
            "client_id": credentials.client_id,
            "post_logout_redirect_uri": _own_url(request, SIGNED_OUT_PATH),
        }
        return f"{realm.end_session_url}?{urlencode(asked)}"

    def list_steps_up(self, level: TrustLevel) -> list[tuple[str, str]]:
        """Return the identity providers of this realm that give a level."""
        return list_ways_up(level)


def _require_code(request: HttpRequest) -> None:
    error = request.GET.get("error", "")
    if error in _CANCELLED:
        raise Cancelled
    issuer = request.GET.get("iss")
    # RFC 9207: an answer that another issuer mixed in.
    is_foreign = issuer is not None and issuer != discovery.issuer()
    if error or is_foreign or not request.GET.get("code"):
        log.warning("keycloak.callback_refused", error=error[:40], foreign=is_foreign)
        raise InvalidInput(_("Die Anmeldung hat nicht geklappt. Versuchen Sie es noch einmal."), code="sign_in_failed")


def _ask(request: HttpRequest, **parameters: str) -> dict[str, Any]:
    """Ask the token endpoint. Raises: InvalidInput when it refuses; Away when it does not answer."""
    realm = discovery.get_realm()
    try:
        with _client(request) as client:
            return dict(client.fetch_token(realm.token_url, **parameters))
    except AuthlibBaseError as refused:
        log.warning("keycloak.refused", error=str(refused.error)[:40])
        raise InvalidInput(
            _("Diese Anmeldung gilt nicht mehr. Melden Sie sich noch einmal an."), code="sign_in_failed"
        ) from refused
    except (RequestException, ValueError) as lost:
        log.warning("keycloak.unreachable", error=type(lost).__name__)
        discovery.note_away()
        raise discovery.away() from lost


def _client(request: HttpRequest) -> OAuth2Session:
    credentials = credentials_of(site_of(request))
    return OAuth2Session(
        client_id=credentials.client_id,
        client_secret=credentials.secret,
        scope="openid",
        redirect_uri=_own_url(request, CALLBACK_PATH),
        code_challenge_method="S256",
        # `timeout` among the other arguments is ignored by the library.
        default_timeout=_timeout_seconds(),
    )


def _timeout_seconds() -> float:
    """Return how long a page waits at most: people are told what is wrong within five seconds."""
    return min(float(settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS), 4.0)


def _own_url(request: HttpRequest, path: str) -> str:
    """Return an address of this portal; its host comes from the registry, not from the request."""
    site = site_of(request)
    host = site.tenant.host if site.tenant is not None else site.region.host if site.region is not None else ""
    return public_url(host, path)


def _person(claims: Mapping[str, Any], level: TrustLevel) -> Person:
    def text(name: str) -> str:
        value = claims.get(name)
        return value.strip() if isinstance(value, str) else ""

    return Person(
        subject=str(claims["sub"]),
        level=level,
        source=text("idp"),
        bpk2=text("bpk2") if text("idp") else "",
        email=text("email"),
        is_email_verified=claims.get("email_verified") is True,
        language=mail_language(),
        attributes={str(name): text(claim) for claim, name in _CLAIMS.items()},
    )


def _sealed(key: DataKey, tokens: Mapping[str, Any]) -> str:
    return base64.b64encode(key.seal(dict(tokens), purpose=_TOKENS)).decode()


def _unsealed(key: DataKey, tokens: str) -> dict[str, str]:
    return dict(key.unseal(base64.b64decode(tokens), purpose=_TOKENS)) if tokens else {}
