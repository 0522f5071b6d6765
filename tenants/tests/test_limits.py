"""Limits count per tenant, let go with time, and survive the loss of Valkey."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import override_settings
from structlog.testing import capture_logs

from tenants import limits
from tenants.context import TenantRef, in_tenant
from tenants.errors import TooManyRequests
from tenants.limits import check_limit, reset_limit

GLADBECK = TenantRef(id=UUID(int=1), slug="gladbeck", schema="t_gladbeck", role="verbund_t_gladbeck")
DORSTEN = TenantRef(id=UUID(int=2), slug="dorsten", schema="t_dorsten", role="verbund_t_dorsten")

_MEMORY = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "KEY_FUNCTION": "tenants.cache.make_key",
    "KEY_PREFIX": "limit",
}
# Port 9 ("discard") is closed on every machine we know: a refused connection, at once.
_LOST = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": "redis://127.0.0.1:9/0",
    "KEY_FUNCTION": "tenants.cache.make_key",
}


@pytest.fixture(autouse=True)
def _counters_in_memory() -> Iterator[None]:
    limits._limiter.cache_clear()
    with override_settings(CACHES={"default": _MEMORY, "limits": _MEMORY}):
        yield
    limits._limiter.cache_clear()


def _attempt(key: str = "someone") -> None:
    check_limit("feedback", key, limit=3, window_seconds=60)


def test_one_too_many_is_refused_and_says_when_to_try_again() -> None:
    for _ in range(3):
        _attempt()
    with pytest.raises(TooManyRequests) as refused:
        _attempt()
    wait = refused.value.data["retry_after_seconds"]
    assert isinstance(wait, int)
    assert 1 <= wait <= 60
    assert "zu viele Versuche" in refused.value.user_message


def test_others_and_other_things_go_on() -> None:
    for _ in range(3):
        _attempt()
    _attempt("someone else")
    check_limit("search", "someone", limit=3, window_seconds=60)


def test_each_tenant_counts_for_itself() -> None:
    with in_tenant(GLADBECK):
        for _ in range(3):
            _attempt()
        with pytest.raises(TooManyRequests):
            _attempt()
    with in_tenant(DORSTEN):
        _attempt()


def test_success_clears_the_count() -> None:
    for _ in range(3):
        _attempt()
    reset_limit("feedback", "someone", limit=3, window_seconds=60)
    _attempt()


def test_without_valkey_it_passes_with_a_line_in_the_log() -> None:
    with override_settings(CACHES={"default": _LOST, "limits": _LOST}), capture_logs() as lines:
        _attempt()
    assert [line["event"] for line in lines] == ["limits.unavailable"]
    assert "someone" not in str(lines)


def test_without_valkey_a_login_is_refused() -> None:
    with override_settings(CACHES={"default": _LOST, "limits": _LOST}), pytest.raises(TooManyRequests):
        check_limit("login", "someone", limit=3, window_seconds=60, fail_closed=True)
