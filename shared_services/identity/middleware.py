"""Who is asking: `request.actor`, from the session and the account of this host."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from shared_services.accounts.book import get_session_account
from shared_services.accounts.sessions import end_session, note_seen
from shared_services.identity import secondfactor, sessions
from shared_services.identity.accounts import AccountBook, account_book
from shared_services.identity.checks import require_login_allowed
from shared_services.identity.citizen.devicecookie import settle_device_cookie
from shared_services.identity.citizen.proof import Proof, read_proof
from shared_services.identity.citizen.services import actor_with, provider
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import settle_flashes
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import (
    actor_of,
    is_own_area,
    set_actor,
    set_enrolling,
    set_lapsed,
    set_running_visit,
    site_of,
)
from shared_services.identity.sessions import SessionRecord
from shared_services.identity.staff_oidc.services import still_holds
from shared_services.identity.support.sessions import get_support_actor
from tenants.actors import ANONYMOUS, Actor

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)


class ActorMiddleware:
    """Sets `request.actor`, and keeps answers to signed-in people out of every cache.

    Without a session cookie nothing is read. With one: one read of the session and one query for the account, in the
    context of this host. A session that is too old, idle, of another host, or older than the last change of the
    account's rights ends here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain. Raises: ImproperlyConfigured, see `checks`."""
        require_login_allowed()
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, knowing who asks."""
        set_actor(request, _actor_from_session(request))
        response = self._get_response(request)
        settle_flashes(request, response)
        settle_device_cookie(request, response)
        if not actor_of(request).is_anonymous:  # sign-in and sign-out change it meanwhile
            never_stored(response)
        return response


def _actor_from_session(request: HttpRequest) -> Actor:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ANONYMOUS
    try:
        return _signed_in_actor(request) or ANONYMOUS
    except RedisError:
        # Public pages go on without the session store; the cookie stays for when it is back.
        log.exception("session_store_unreachable")
        return ANONYMOUS


def _signed_in_actor(request: HttpRequest) -> Actor | None:
    book, knows_citizens = account_book(request), site_of(request).kind == "tenant" or is_own_area(request)
    if book is None and not knows_citizens:
        # An umbrella's public pages know nobody; sessions of its editors and citizens go on in their areas.
        return None
    record = _running(request)
    if record is None:
        return None
    if record.kind == "citizen" and knows_citizens:
        return _citizen(request, record)
    if record.kind == "operator" and site_of(request).kind == "tenant":
        return get_support_actor(request, record)
    # A session of another kind is at home in another area of this host.
    return _worker(request, record, book) if book is not None and record.kind == book.kind else None


def _running(request: HttpRequest) -> SessionRecord | None:
    """Return the session that goes on here; one that is another site's or over ends."""
    record = sessions.read(request)
    if record is None:
        if sessions.is_unknown(request):
            note_refusal("session_unknown")
        return None
    if record.site == sessions.site_key(request) and record.is_alive(now=sessions.now_seconds()):
        return record
    if record.site != sessions.site_key(request):
        note_refusal("session_of_another_site")
    else:
        _note_lapsed(request, record)
    sessions.end(request)
    return None


def _worker(request: HttpRequest, record: SessionRecord, book: AccountBook) -> Actor | None:
    """Return the member of staff, operator or editor whose session goes on; nobody where a second factor is owed."""
    account = book.get(record.account_id)
    if account is None or not record.belongs_to(account) or not still_holds(request, record):
        sessions.end(request)
        return None
    owes = secondfactor.is_owed(account, record.proof)
    if owes and not secondfactor.may_enrol(record.proof):
        sessions.end(request)
        return None
    sessions.note_seen(request, record)
    if owes:
        set_enrolling(request, account.as_actor())
        return None
    set_running_visit(request, account.support)
    return account.as_actor()


def _citizen(request: HttpRequest, record: SessionRecord) -> Actor | None:
    """Return the citizen whose session goes on: here, in the account's own list, and at the provider."""
    proof = read_proof(record.proof)
    account = get_session_account(record.account_id, session_id=proof.session_key) if proof else None
    if proof is None or account is None or not record.belongs_to(account):
        sessions.end(request)
        return None
    renewed = _renewed(request, record, proof)
    if renewed is None:
        set_lapsed(request, account.id)
        end_session(account_id=account.id, session_id=proof.session_key)
        sessions.end(request)
        return None
    if sessions.note_seen(request, record):
        note_seen(proof.session_key)
    return actor_with(account.as_actor(), renewed)


def _note_lapsed(request: HttpRequest, record: SessionRecord) -> None:
    """Note whose form it is that comes too late: only where the account has not ended the session meanwhile."""
    if record.kind != "citizen" or request.method != "POST":
        return
    proof = read_proof(record.proof)
    account = get_session_account(record.account_id, session_id=proof.session_key) if proof else None
    if record.belongs_to(account):
        set_lapsed(request, record.account_id)


def _renewed(request: HttpRequest, record: SessionRecord, proof: Proof) -> Proof | None:
    """Return the proof, prolonged at its provider where that is due."""
    if not proof.renew_at or sessions.now_seconds() < proof.renew_at:
        return proof
    renewed = provider().renew(request, proof, record.account_id)
    if renewed is not None and renewed != proof:
        sessions.keep_proof(request, record, renewed.stored())
    return renewed
