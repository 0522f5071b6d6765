"""Back-channel logout: Keycloak says that a sign-in is over, whoever ended it and wherever."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import structlog
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from shared_services.identity.citizen.tasks import end_sessions_of_provider
from shared_services.identity.citizen.tokens import verify_logout_token
from shared_services.identity.citizen.views.flow import default_target
from shared_services.identity.citizen.views.rights_identities import begun_change
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash_signed_out
from shared_services.identity.keycloak.clients import credentials_of
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.requests import site_of
from shared_services.identity.staff_oidc.ended import note_ended
from tenants.addresses import address_key
from tenants.context import as_accounts
from tenants.errors import DomainError, TooManyRequests
from tenants.limits import check_limit

log = structlog.get_logger(__name__)

# Longer than a token is taken: within this time none works twice.
_REMEMBERED_SECONDS: Final = 15 * 60
_REFUSALS, _REFUSALS_SECONDS = 30, 300


@csrf_exempt
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """Verify a logout token, queue what it asks for, and answer at once: a slow answer holds up the person's logout.

    It ends every session of its person that began before: whoever is signed out anywhere is signed out everywhere.
    """
    if not uses_keycloak():
        raise Http404
    try:
        token = request.POST.get("logout_token", "")
        claims = verify_logout_token(token, client_id=credentials_of(site_of(request)).client_id)
    except DomainError as refused:
        return _refused(request, refused.code)
    with as_accounts():
        is_new = caches["sessions"].add(f"logout.jti:{claims['jti']}", 1, _REMEMBERED_SECONDS)
    if not is_new:
        log.warning("keycloak.logout_replayed")
        return _refused(request, "replayed")
    session, subject = str(claims.get("sid", "")), str(claims.get("sub", ""))
    until = note_ended(provider_session=session, subject=subject)
    try:
        end_sessions_of_provider.delay(provider_session=session, subject=subject, until=until)
    except OperationalError:
        end_sessions_of_provider(provider_session=session, subject=subject, until=until)
    return never_stored(HttpResponse(status=200))


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    """Answer to what is not believed, and to who sends much of it; what Keycloak itself sends is never counted."""
    status = HTTPStatus.BAD_REQUEST
    try:
        check_limit("logout.refused", address_key(request), limit=_REFUSALS, window_seconds=_REFUSALS_SECONDS)
    except TooManyRequests as too_many:
        reason, status = too_many.code, too_many.http_status
    return never_stored(HttpResponse(reason, status=status, content_type="text/plain"))


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Come back from Keycloak's logout."""
    flash_signed_out(request, everywhere=True)
    return never_stored(HttpResponseRedirect(begun_change(request) or default_target(request, signed_out=True)))
