"""Who is asking: `request.actor`, from the session and the account of this host."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from shared_services.identity import sessions
from shared_services.identity.accounts import account_book
from shared_services.identity.checks import require_login_allowed
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import settle_flashes
from shared_services.identity.requests import actor_of, set_actor
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
    book = account_book(request)
    if book is None:
        # An umbrella's public pages know nobody; a session of its editors goes on in their work area.
        return None
    record = sessions.read(request)
    if record is None:
        return None
    is_of_this_site = (record.kind, record.site) == (book.kind, sessions.site_key(request))
    if not is_of_this_site or not record.is_alive(now=sessions.now_seconds()):
        sessions.end(request)
        return None
    account = book.get(record.account_id)
    if account is None or not record.belongs_to(account):
        sessions.end(request)
        return None
    sessions.note_seen(request, record)
    return account.as_actor()
