"""What Keycloak says of itself: its addresses and its public keys, remembered for a while."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from tenants.errors import ExternalTemporary

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

log = structlog.get_logger(__name__)

_KEPT_SECONDS: Final = 600.0
# A key that is not known may be a new one; but a forged token must not make us ask again and again.
_ASK_AGAIN_SECONDS: Final = 30.0
_AWAY_SECONDS: Final = 5.0
# Before a browser is sent there, Keycloak was heard of this recently: a page of its own that never comes says nothing.
_PRESENT_SECONDS: Final = 10.0
# People are told what is wrong within five seconds; what is left of them is for the page, on a busy machine too.
_MOST_SECONDS: Final = 3.5
# Whoever waits for another's call holds a thread, too: long enough for a Keycloak that is well.
_PATIENCE_SECONDS: Final = 0.3
_TOO_LATE_SECONDS: Final = 0.2
# Of the few threads of a process these many may wait for Keycloak at once; the others go on with pages.
_MOST_CALLS: Final = 2


@dataclass(frozen=True, slots=True)
class Realm:
    """A realm's addresses and keys. `issuer` is what its tokens must name."""

    issuer: str
    authorization_url: str
    token_url: str
    end_session_url: str
    keys: KeySet
    asked_at: float


class Away(ExternalTemporary):
    """Keycloak does not answer."""


_lock = threading.Lock()
_calls = threading.BoundedSemaphore(_MOST_CALLS)
_known: dict[str, Realm] = {}
_away_since: dict[str, float] = {}


def issuer() -> str:
    """Return the issuer as the deployment's settings have it: what a token says of itself is compared with this."""
    return f"{settings.VERBUND_KEYCLOAK_URL.rstrip('/')}/realms/{settings.VERBUND_KEYCLOAK_REALM}"


def get_realm(*, needs_new_keys: bool = False) -> Realm:
    """Return the realm, asked anew when what is known is old, or lacks a key that a token names.

    Whoever has just failed to reach Keycloak is believed for some seconds: a hanging one holds up one request, not all.
    Raises: Away.
    """
    return _realm(_ASK_AGAIN_SECONDS if needs_new_keys else _KEPT_SECONDS)


def get_present_realm() -> Realm:
    """Return the realm of a Keycloak that has answered a moment ago. Raises: Away, also where the realm is known."""
    if is_away():
        raise away()
    return _realm(_PRESENT_SECONDS, needs_answer=True)


@contextmanager
def calling(*, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold one of the few places for calls to Keycloak. Raises: Away when all are taken for too long."""
    if not _calls.acquire(timeout=patience_seconds):
        log.warning("keycloak.too_many_calls")
        raise away()
    try:
        yield
    finally:
        _calls.release()


def seconds_left(begun: float) -> float:
    """Return how long an answer may still take of what a page gives Keycloak; `begun` as `time.monotonic` tells it."""
    most = min(float(settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS), _MOST_SECONDS)
    return max(_TOO_LATE_SECONDS, most - (time.monotonic() - begun))


def _realm(oldest_seconds: float, *, needs_answer: bool = False) -> Realm:
    name, now = issuer(), time.monotonic()
    known = _known.get(name)
    if known and now - known.asked_at < oldest_seconds:
        return known
    fallback = None if needs_answer else known
    # Whoever comes while another asks waits a little, for the other's answer.
    if not _lock.acquire(timeout=_PATIENCE_SECONDS):
        return _known_or_away(fallback)
    try:
        newer = _known.get(name)
        if newer is not None and newer is not known:
            return newer
        if is_away():
            return _known_or_away(fallback)
        try:
            with calling():
                found = _ask(name)
        except (Away, httpx.HTTPError, KeyError, TypeError, ValueError) as failed:
            log.warning("keycloak.unreachable", error=type(failed).__name__)
            _away_since[name] = time.monotonic()
            return _known_or_away(fallback)
        _known[name] = found
        _away_since.pop(name, None)
        return found
    finally:
        _lock.release()


def forget() -> None:
    """Forget everything, as a new process would."""
    _known.clear()
    _away_since.clear()


def note_away() -> None:
    """Remember that Keycloak has just not answered."""
    _away_since[issuer()] = time.monotonic()


def is_away() -> bool:
    """Whether Keycloak did not answer a moment ago."""
    return time.monotonic() - _away_since.get(issuer(), float("-inf")) < _AWAY_SECONDS


def away() -> Away:
    """Return what people are told meanwhile."""
    return Away(
        _("Die Anmeldung ist gerade nicht erreichbar. Alle anderen Seiten gehen. Versuchen Sie es gleich noch einmal."),
        code="keycloak_away",
    )


def _known_or_away(known: Realm | None) -> Realm:
    if known is None:
        raise away()
    return known


def _ask(name: str) -> Realm:
    begun = time.monotonic()
    with httpx.Client(follow_redirects=False) as client:
        described: dict[str, Any] = _read(client, f"{name}/.well-known/openid-configuration", begun=begun)
        if described["issuer"] != name:
            message = "the realm names another issuer"
            raise ValueError(message)
        keys = _read_keys(_read(client, str(described["jwks_uri"]), begun=begun))
    return Realm(
        issuer=name,
        authorization_url=str(described["authorization_endpoint"]),
        token_url=str(described["token_endpoint"]),
        end_session_url=str(described["end_session_endpoint"]),
        keys=keys,
        asked_at=time.monotonic(),
    )


def _read_keys(described: Any) -> KeySet:
    """Return a set of keys. Raises: ValueError, KeyError, TypeError for something else."""
    # The library costs time and memory, and most processes never need it.
    from joserfc.errors import JoseError  # noqa: PLC0415 -- see above
    from joserfc.jwk import KeySet  # noqa: PLC0415

    try:
        return KeySet.import_key_set(described)
    except JoseError as unusable:
        message = "the realm's keys can't be read"
        raise ValueError(message) from unusable


def _read(client: httpx.Client, url: str, *, begun: float) -> Any:
    """Return an answer as a whole within the time; the client's own timeout counts anew with each piece."""
    parts: list[bytes] = []
    with client.stream("GET", url, timeout=seconds_left(begun)) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            parts.append(part)
            if seconds_left(begun) <= _TOO_LATE_SECONDS:
                message = "the answer takes too long"
                raise httpx.ReadTimeout(message)
    return json.loads(b"".join(parts))
