"""Rate limits: how often something may be done, counted in Valkey for all processes together, per tenant.

Counted by the sliding windows of the library `limits`: one script in Valkey counts and sets the expiry, so no counter
can be left without one. Counters are named by the key function of the "limits" cache, which carries the tenant.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import caches
from django.utils.translation import ngettext
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from tenants.errors import TooManyRequests

log = structlog.get_logger(__name__)
CACHE: Final = "limits"
_TIMEOUT_SECONDS: Final = 1.0
_RETRY_WITHOUT_COUNTER_SECONDS: Final = 60
_Question = Callable[[SlidingWindowCounterRateLimiter, RateLimitItem, str], bool | None]


def check_limit(name: str, key: str, *, limit: int, window_seconds: int, fail_closed: bool = False) -> None:
    """Count one attempt at `name` by `key`, and refuse it when `limit` attempts were made in the last `window_seconds`.

    `key` says who (an address from `tenants.addresses.address_key`, an e-mail ...); it is hashed before it is stored.
    A refused attempt is not counted, so whoever waits may go on.
    Without Valkey the attempt passes with a log line, or is refused where `fail_closed` (login).
    Raises: TooManyRequests with `data["retry_after_seconds"]`.
    """
    item = RateLimitItemPerSecond(limit, window_seconds)
    counter = _counter(name, key)
    limiter = _limiter(_location())
    try:
        if limiter.hit(item, counter):
            return
        wait = limiter.get_window_stats(item, counter).reset_time - time.time()
        log.warning("limits.reached", limit=name)
    except RedisError as lost:
        log.warning("limits.unavailable", limit=name, error=type(lost).__name__, refused=fail_closed)
        if not fail_closed:
            return
        wait = _RETRY_WITHOUT_COUNTER_SECONDS
    raise _refusal(name, max(1, math.ceil(wait)))


def reset_limit(name: str, key: str, *, limit: int, window_seconds: int) -> None:
    """Forget the attempts of `key` at `name`, as after a login that succeeded. Name and figures as in `check_limit`."""
    _ask(SlidingWindowCounterRateLimiter.clear, name, key, item=RateLimitItemPerSecond(limit, window_seconds))


def is_used_up(name: str, key: str, *, limit: int, window_seconds: int) -> bool:
    """Whether the next attempt of `key` at `name` would be refused; counts nothing. Without Valkey nobody knows: no."""
    item = RateLimitItemPerSecond(limit, window_seconds)
    return _ask(SlidingWindowCounterRateLimiter.test, name, key, item=item) is False


def is_first(name: str, key: str, *, window_seconds: int) -> bool:
    """Whether this is the first time in a while that `key` does `name`, as for what is told once. Without Valkey: no.

    `reset_limit` with a limit of one makes the next time the first again.
    """
    item = RateLimitItemPerSecond(1, window_seconds)
    return _ask(SlidingWindowCounterRateLimiter.hit, name, key, item=item) is True


def _ask(question: _Question, name: str, key: str, *, item: RateLimitItem) -> bool | None:
    """Put a question to the counter of `key` at `name`; None, and a log line, without Valkey."""
    try:
        return question(_limiter(_location()), item, _counter(name, key))
    except RedisError as lost:
        log.warning("limits.unavailable", limit=name, error=type(lost).__name__, refused=False)
        return None


def _counter(name: str, key: str) -> str:
    return caches[CACHE].make_key(f"{name}:{_hashed(key)}")


def _refusal(name: str, seconds: int) -> TooManyRequests:
    if seconds < 60:
        message = ngettext(
            "Das waren zu viele Versuche. Bitte warten Sie %(count)s Sekunde und versuchen Sie es dann noch einmal.",
            "Das waren zu viele Versuche. Bitte warten Sie %(count)s Sekunden und versuchen Sie es dann noch einmal.",
            seconds,
        ) % {"count": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        message = ngettext(
            "Das waren zu viele Versuche. Bitte warten Sie %(count)s Minute und versuchen Sie es dann noch einmal.",
            "Das waren zu viele Versuche. Bitte warten Sie %(count)s Minuten und versuchen Sie es dann noch einmal.",
            minutes,
        ) % {"count": minutes}
    return TooManyRequests(message, data={"limit": name, "retry_after_seconds": seconds})


def _hashed(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"limit:{key}".encode(), hashlib.sha256).hexdigest()[:32]


def _location() -> str:
    """Return the address of Valkey where the "limits" cache lives, or "" for this process's memory (unit tests)."""
    options = settings.CACHES[CACHE]
    return str(options["LOCATION"]) if str(options["BACKEND"]).endswith("RedisCache") else ""


@lru_cache(maxsize=4)
def _limiter(location: str) -> SlidingWindowCounterRateLimiter:
    if not location:
        return SlidingWindowCounterRateLimiter(MemoryStorage())
    storage = RedisStorage(location, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS)
    return SlidingWindowCounterRateLimiter(storage)
