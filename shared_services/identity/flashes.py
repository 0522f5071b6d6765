"""Messages that outlive one redirect: in the session of a signed-in person, else in a signed cookie of short life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shared_services.identity.requests import actor_of, sign_out_waits_of
from shared_services.identity.sessions import FLASHES
from tenants.pages import MARK

FlashKind = Literal["info", "success", "warning", "danger"]

COOKIE_SECONDS: Final = 60
_SESSION_KEY: Final = FLASHES
_SALT: Final = "shared_services.identity.flashes"
_LIMIT: Final = 5
_TEXT_LENGTH: Final = 400
# Attributes of the request, as Django's own messages keep theirs.
_WAITING: Final = "_flashes_waiting"
_TAKEN: Final = "_flash_cookie_taken"
_SHOWN: Final = "_flashes_shown"


@dataclass(frozen=True, slots=True)
class Flash:
    """A message and its kind, which are the alert component's kinds."""

    text: str
    kind: FlashKind = "success"

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    @property
    def level_tag(self) -> str:
        """The kind, under the name by which Django's own messages have it."""
        return self.kind


def cookie_name() -> str:
    """Return the cookie's name: the session cookie's with an ending, so it has the same `__Host-` protection."""
    return f"{settings.SESSION_COOKIE_NAME}-meldung"


def flash(request: HttpRequest, text: str, kind: FlashKind = "success") -> None:
    """Show a message on the next page that this person gets to see, the running answer included."""
    waiting = _waiting(request)
    waiting.append(Flash(text=str(text)[:_TEXT_LENGTH], kind=kind))
    del waiting[:-_LIMIT]


def flash_signed_out(request: HttpRequest, *, everywhere: bool = False) -> None:
    """Say that somebody has signed out, here or everywhere, and whether the provider is still to hear of it."""
    here, all_of_it = _("Sie sind abgemeldet."), _("Das gilt in allen Kommunen und auf allen Ihren Geräten.")
    flash(request, f"{here} {all_of_it}" if everywhere else here)
    waits = sign_out_waits_of(request)
    if waits:
        flash(request, waits, "warning")


def take_flashes(request: HttpRequest) -> list[Flash]:
    """Return the messages to show now, and forget them. Costs nothing where nobody left one."""
    found = _stored(request)
    waiting = _waiting(request)
    found += waiting
    waiting.clear()
    if found:
        setattr(request, _SHOWN, True)
    return found


def settle_flashes(request: HttpRequest, response: HttpResponse) -> None:
    """Store what was not shown and drop what was, at the end of a request."""
    if getattr(request, _SHOWN, False):
        # The page is this visitor's now, even if its view is everybody's.
        setattr(response, MARK, False)
    waiting = _waiting(request)
    if waiting and not actor_of(request).is_anonymous:
        earlier = request.session.get(_SESSION_KEY, [])
        request.session[_SESSION_KEY] = [*earlier, *_plain(waiting)][-_LIMIT:]
    elif waiting:
        _set_cookie(response, signing.dumps(_plain(waiting), salt=_salt(request), compress=True))
    elif getattr(request, _TAKEN, False):
        response.delete_cookie(cookie_name(), samesite="Lax")


def _waiting(request: HttpRequest) -> list[Flash]:
    waiting: list[Flash] | None = getattr(request, _WAITING, None)
    if waiting is None:
        waiting = []
        setattr(request, _WAITING, waiting)
    return waiting


def _stored(request: HttpRequest) -> list[Flash]:
    found: list[Flash] = []
    if not actor_of(request).is_anonymous:
        found += _parsed(request.session.pop(_SESSION_KEY, []))
    raw = request.COOKIES.get(cookie_name())
    if raw is not None and not getattr(request, _TAKEN, False):
        setattr(request, _TAKEN, True)
        try:
            found += _parsed(signing.loads(raw, salt=_salt(request), max_age=COOKIE_SECONDS))
        except signing.BadSignature:
            return found
    return found


def _salt(request: HttpRequest) -> str:
    """Bind the signature to the host: a message signed for one town can't be shown on another one's pages."""
    return f"{_SALT}:{request.get_host()}"


def _plain(flashes: Sequence[Flash]) -> list[list[str]]:
    return [[one.text, one.kind] for one in flashes]


def _parsed(stored: Any) -> list[Flash]:
    return [Flash(text=text, kind=kind) for text, kind in stored]


def _set_cookie(response: HttpResponse, value: str) -> None:
    response.set_cookie(
        cookie_name(),
        value,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
