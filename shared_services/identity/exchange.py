"""A portal and Keycloak, endpoint by endpoint: begin, redeem a code, renew, end. Bounded in time and in number.

Whoever signs in here, citizens and staff, comes by the same client of the portal, each by an address of their own.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity import signouts
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.attempts import Attempt
from shared_services.identity.citizen.provider import Cancelled
from shared_services.identity.keycloak.clients import SIGNED_OUT_PATH, credentials_of
from shared_services.identity.othersignins import end_others
from shared_services.identity.requests import set_sign_out_waits, site_of
from tenants.accountmails import mail_language
from tenants.errors import InvalidInput
from tenants.links import public_url
from tenants.registry.sites import Site

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

log = structlog.get_logger(__name__)

_CANCELLED: Final = {"access_denied", "login_required", "interaction_required"}


def sign_in_url(request: HttpRequest, attempt: Attempt, *, path: str, **wanted: str) -> str:
    """Return Keycloak's page; `path` is where it leads back to on this host. Raises: Away, before a browser waits."""
    realm = discovery.get_present_realm()
    with _client(request, path) as client:
        url, _state = client.create_authorization_url(
            realm.authorization_url,
            state=attempt.state,
            code_verifier=attempt.verifier,
            nonce=attempt.nonce,
            ui_locales=mail_language(),
            **wanted,
        )
    return str(url)


def redeem_code(request: HttpRequest, attempt: Attempt, *, path: str) -> dict[str, Any]:
    """Trade the code of the answer for tokens. Raises: Cancelled; InvalidInput for a wrong answer; Away."""
    _require_code(request)
    return _ask(
        request, path, grant_type="authorization_code", code=request.GET["code"], code_verifier=attempt.verifier
    )


def refresh(request: HttpRequest, token: str, *, path: str) -> dict[str, Any]:
    """Return new tokens of a sign-in that holds. Raises: InvalidInput when it is over; Away.

    A page that would have to wait for a free place goes on without: the next one asks again.
    """
    if discovery.is_away():
        raise discovery.away()
    return _ask(request, path, patience_seconds=0.0, grant_type="refresh_token", refresh_token=token)


def end_sign_in(request: HttpRequest, token: str, *, subject: str) -> str:
    """End a sign-in at Keycloak, which tells every portal that shared it; return where the browser goes, or "" to stay.

    From server to server: an address with the ID token as a hint would hold the person's name. Where that fails the
    browser goes to Keycloak's page, which asks.
    Effects: a task ends the person's other sign-ins there; while Keycloak does not answer it ends this one, too, later,
    and the page says so (`sign_out_waits_of`).
    """
    credentials = credentials_of(site_of(request))
    try:
        realm = discovery.get_realm()
        is_over = bool(token) and signouts.ask(credentials, token)
    except discovery.Away:
        set_sign_out_waits(request, signouts.put_off(credentials, token, subject=subject))
        return ""
    end_others(subject)
    if is_over:
        return ""
    asked = {"client_id": credentials.client_id, "post_logout_redirect_uri": own_url(request, SIGNED_OUT_PATH)}
    return f"{realm.end_session_url}?{urlencode(asked)}"


def own_url(request: HttpRequest, path: str) -> str:
    """Return an address of this portal; its host comes from the registry, not from the request."""
    return public_url(_host(site_of(request)), path)


def _host(site: Site) -> str:
    if site.tenant is not None:
        return site.tenant.host
    return site.region.host if site.region is not None else site.host


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


def _ask(request: HttpRequest, path: str, *, patience_seconds: float = 0.3, **parameters: str) -> dict[str, Any]:
    """Ask the token endpoint. Raises: InvalidInput when it refuses; Away when it does not answer."""
    # Its libraries cost time and memory, and most processes never need them.
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 -- see above
    from requests.exceptions import RequestException  # noqa: PLC0415

    begun = time.monotonic()
    realm = discovery.get_realm()
    try:
        with discovery.calling(patience_seconds=patience_seconds), _client(request, path, begun=begun) as client:
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


def _client(request: HttpRequest, path: str, *, begun: float | None = None) -> OAuth2Session:
    from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 -- see `_ask`

    credentials = credentials_of(site_of(request))
    return OAuth2Session(
        client_id=credentials.client_id,
        client_secret=credentials.secret,
        scope="openid",
        redirect_uri=own_url(request, path),
        code_challenge_method="S256",
        # `timeout` among the other arguments is ignored by the library.
        default_timeout=discovery.seconds_left(time.monotonic() if begun is None else begun),
    )
