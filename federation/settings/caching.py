"""Caches and sessions. Every key carries the tenant of its context: see tenants/cache.py."""

from __future__ import annotations

from federation.settings.database import REDIS_URL
from federation.settings.environment import IS_PRODUCTION

_valkey = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_FUNCTION": "tenants.cache.make_key",
    "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
}
CACHES = {
    "default": {**_valkey, "KEY_PREFIX": "cache"},
    "sessions": {**_valkey, "KEY_PREFIX": "session"},
    "limits": {**_valkey, "KEY_PREFIX": "limit"},
}

SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_NAME = "__Host-verbund" if IS_PRODUCTION else "verbund"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/"
