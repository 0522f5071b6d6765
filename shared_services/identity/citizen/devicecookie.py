"""The cookie by which a browser is known again at the next sign-in. It says nothing but a random value.

It is needed for a service that people expect, a warning of strangers, so it asks for no consent (TDDDG § 25 para. 2);
it tells nobody where a person goes.
"""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shared_services.accounts.devices import SignInDevice
from shared_services.identity.citizen.presentation import device_name
from shared_services.identity.citizen.senders import sender_of

KEPT_SECONDS: Final = 365 * 24 * 3600
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_WAITING: Final = "_device_cookie"


def cookie_name() -> str:
    """Return the cookie's name: the session cookie's with an ending, so it has the same `__Host-` protection."""
    return f"{settings.SESSION_COOKIE_NAME}-geraet"


def device_of(request: HttpRequest) -> SignInDevice:
    """Return the browser of a sign-in; the answer to this request gives it its cookie, or a longer one."""
    given = request.COOKIES.get(cookie_name(), "")
    secret = given if _FORM.fullmatch(given) else secrets.token_urlsafe(32)
    setattr(request, _WAITING, secret)
    user_agent = request.headers.get("User-Agent", "")
    return SignInDevice(
        secret=secret, user_agent=user_agent, describe=partial(device_name, user_agent), sender=sender_of(request)
    )


def settle_device_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser that has just signed in its cookie, at the end of the request."""
    secret = getattr(request, _WAITING, "")
    if secret:
        response.set_cookie(
            cookie_name(),
            secret,
            max_age=KEPT_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
