"""The end of a sign-in at Keycloak and of all that shared it: at once where it answers, else as soon as it does."""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import httpx
import structlog
from django.utils.translation import gettext as _

from shared_services.accounts.sessions import end_sessions_of_provider
from shared_services.accounts.signouts import WaitingSignOut, note_sign_out
from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak.clients import Credentials
from shared_services.identity.keycloak.secrets import client_secret
from shared_services.identity.keycloak.signins import end_sign_ins
from shared_services.identity.staff_oidc.ended import note_ended
from tenants.errors import ExternalPermanent, ExternalTemporary

log = structlog.get_logger(__name__)

# As long as a sign-in at Keycloak can live (`longest_hours` of deploy/keycloak/realm.yaml): its token is nothing then.
_LIFETIME: Final = timedelta(hours=10)


def end_here(*, provider_session: str, subject: str) -> None:
    """End what shares a sign-in, and all of a person, in all portals: Keycloak may be away and say so later.

    `subject` is the person at Keycloak. Citizens' sessions and those of who works here alike.
    """
    until = note_ended(provider_session=provider_session, subject=subject)
    end_sessions_of_provider(provider_session=provider_session, subject=subject, until=until)


def ask(credentials: Credentials, token: str) -> bool:
    """Have Keycloak end the sign-in of a token; return whether it has. Raises: Away."""
    if discovery.is_away():
        raise discovery.away()
    begun, realm = time.monotonic(), discovery.get_realm()
    own = {"client_id": credentials.client_id, "client_secret": credentials.secret, "refresh_token": token}
    try:
        with discovery.calling(), httpx.Client(timeout=discovery.seconds_left(begun)) as client:
            answer = client.post(realm.end_session_url, data=own)
    except httpx.HTTPError as lost:
        log.warning("keycloak.sign_out_failed", error=type(lost).__name__)
        discovery.note_away()
        raise discovery.away() from lost
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("keycloak.sign_out_failed", status=answer.status_code)
        raise discovery.away()
    return answer.is_success


def put_off(credentials: Credentials, token: str, *, subject: str) -> str:
    """Have a task end a sign-in and all others of its person once Keycloak answers; return what the person is told."""
    why = _("Der Anmeldedienst antwortet gerade nicht; dort sind Sie noch angemeldet.")
    later = _("Wir melden Sie dort ab, sobald er wieder antwortet.")
    close = _("Schließen Sie an einem gemeinsam genutzten Gerät alle Fenster des Browsers.")
    try:
        if token:
            note_waiting(WaitingSignOut(credentials.client_id, token, subject=subject, until=time.time()))
            return f"{why} {later} {close}"
    except ExternalTemporary as lost:
        log.warning("keycloak.sign_out_not_kept", code=lost.code)
    return f"{why} {close}"


def note_waiting(wanted: WaitingSignOut) -> None:
    """Keep a sign-out for the task, as long as there is something to end. Raises: ExternalTemporary."""
    note_sign_out(wanted, lifetime=_LIFETIME)


def end_put_off(waiting: WaitingSignOut) -> None:
    """End what was put off; a sign-in that Keycloak does not know any more is over. Raises: ExternalTemporary."""
    if waiting.token:
        ask(Credentials(waiting.client_id, client_secret(waiting.client_id)), waiting.token)
    if not waiting.subject:
        return
    # The library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin  # noqa: PLC0415 -- see above

    try:
        with plain_failures():
            until, only, but = waiting.until, waiting.only, waiting.but
            end_sign_ins(Api(realm_admin()), waiting.subject, until=until, only=only, but=but)
    except ExternalPermanent as refused:
        # The person is gone there, or the portal may not: waiting changes neither.
        log.warning("keycloak.sign_ins_not_ended", code=refused.code)
