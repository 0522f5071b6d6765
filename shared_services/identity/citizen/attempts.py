"""A sign-in that was begun: what has to come back, kept in the browser that began it.

In a signed cookie, not in a session: whoever only looks at a town's pages and starts to sign in goes on getting pages
that are everybody's, and nothing is stored for those who never come back.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tenants.errors import InvalidInput
from tenants.trust import TrustLevel, parse_trust_level

# Parameters of the page that begins a sign-in: the level asked for, and over which provider.
LEVEL: Final = "niveau"
HINT: Final = "ueber"
LIFETIME_SECONDS: Final = 15 * 60
# Tabs side by side; an older one has to begin anew.
_MOST: Final = 3
# What the purposes of those begin with who work here: they come back at an address of their own.
WORK: Final = "work"
_SALT: Final = "shared_services.identity.attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in on its way. `target` is a path on this host, `level` the word of the trust level asked for.

    `purpose` is empty for a plain sign-in; else what is to be done on the way. `changed` is what was done before: its
    owner is told once the person has shown the second factor, too.
    """

    state: str
    nonce: str
    verifier: str
    target: str
    level: str
    hint: str = ""
    purpose: str = ""
    changed: str = ""
    begun_at: int

    @property
    def challenge(self) -> str:
        """The verifier's hash, which may be seen on the way (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def trust_level(self) -> TrustLevel:
        """The level that is asked for."""
        return parse_trust_level(self.level)


def new_attempt(*, target: str, level: TrustLevel, hint: str = "", purpose: str = "") -> Attempt:
    """Return a new sign-in with random values that only this browser knows."""
    return Attempt(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        target=target,
        level=level.word,
        hint=hint,
        purpose=purpose,
        begun_at=int(time.time()),
    )


def keep(request: HttpRequest, response: HttpResponse, attempt: Attempt) -> None:
    """Give the browser the attempt to keep, beside those of other tabs."""
    _write(request, response, [*_read(request), attempt][-_MOST:])


def take(request: HttpRequest, *, state: str) -> Attempt | None:
    """Return this browser's attempt with this state, or None: forged, somebody else's, too old, or used."""
    return next((one for one in _read(request) if secrets.compare_digest(one.state, state)), None)


def newest(request: HttpRequest) -> Attempt | None:
    """Return what this browser has begun last and not ended."""
    return next(iter(reversed(_read(request))), None)


def drop(request: HttpRequest, response: HttpResponse, attempt: Attempt, *, following: Attempt | None = None) -> None:
    """Have the browser forget an attempt, whatever came of it: a state works once. `following` takes its place."""
    others = [one for one in _read(request) if one.state != attempt.state]
    _write(request, response, [*others, following][-_MOST:] if following is not None else others)


def cookie_name() -> str:
    """Return the cookie's name: the session cookie's with an ending, so it has the same `__Host-` protection."""
    return f"{settings.SESSION_COOKIE_NAME}-anmeldung"


def no_attempt() -> InvalidInput:
    """Return the answer to a return without a beginning."""
    return InvalidInput(
        _("Diese Anmeldung gilt nicht mehr oder gehört zu einem anderen Fenster. Melden Sie sich noch einmal an."),
        code="no_attempt",
    )


def _read(request: HttpRequest) -> list[Attempt]:
    raw = request.COOKIES.get(cookie_name())
    if not raw:
        return []
    try:
        stored = signing.loads(raw, salt=_salt(request), max_age=LIFETIME_SECONDS)
        now = time.time()
        attempts = [Attempt(**_known(one)) for one in stored]
    except (signing.BadSignature, TypeError, AttributeError):
        return []
    return [one for one in attempts if 0 <= now - one.begun_at < LIFETIME_SECONDS]


def _known(stored: Any) -> dict[str, Any]:
    return {name: stored[name] for name in Attempt.__slots__ if name in stored}


def _write(request: HttpRequest, response: HttpResponse, attempts: list[Attempt]) -> None:
    if not attempts:
        response.delete_cookie(cookie_name(), samesite="Lax")
        return
    response.set_cookie(
        cookie_name(),
        signing.dumps([asdict(one) for one in attempts], salt=_salt(request), compress=True),
        max_age=LIFETIME_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _salt(request: HttpRequest) -> str:
    """Bind the signature to the host: what one town's page began cannot be ended at another."""
    return f"{_SALT}:{request.get_host()}"
