"""Keys, hosts, proxies, cookies and headers."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from federation.settings.environment import DATA_DIR, IS_PRODUCTION, MODE, number, text

SECRET_KEY = text("VERBUND_SECRET_KEY", None if IS_PRODUCTION else "not secret: for demo and tests only")
# Wrap the keys of everything personal; see docs/operator/keys.md.
VERBUND_MASTER_KEYS = text("VERBUND_MASTER_KEYS", None if IS_PRODUCTION else "")
# Encrypts the master keys, so that a copy of the environment opens nothing: https://vault.example:8200/transit/keys/name
VERBUND_KEY_SERVICE = text("VERBUND_KEY_SERVICE", "")
VERBUND_KEY_SERVICE_TOKEN = text("VERBUND_KEY_SERVICE_TOKEN", "")
DEBUG = False
VERBUND_MODE = MODE

# Hosts are checked by federation.hosts against the registry: an unknown one is a 404 before Django sees it.
ALLOWED_HOSTS = ["*"]
VERBUND_CONSOLE_HOST = text("VERBUND_CONSOLE_HOST", None if IS_PRODUCTION else "konsole.localhost")
VERBUND_PUBLIC_SCHEME = text("VERBUND_PUBLIC_SCHEME", "https" if IS_PRODUCTION else "http")
VERBUND_PUBLIC_PORT = text("VERBUND_PUBLIC_PORT", "")

# How many proxies stand before the application: that many entries of X-Forwarded-For are believed, none by default.
VERBUND_TRUSTED_PROXIES = int(number("VERBUND_TRUSTED_PROXIES", 0))
if VERBUND_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = False

# Whether people who work here need a second factor; citizens choose for themselves.
VERBUND_STAFF_SECOND_FACTOR = text("VERBUND_STAFF_SECOND_FACTOR", "required" if IS_PRODUCTION else "optional")
if VERBUND_STAFF_SECOND_FACTOR not in {"required", "optional"}:
    _message = f"VERBUND_STAFF_SECOND_FACTOR is {VERBUND_STAFF_SECOND_FACTOR!r}; it must be required or optional."
    raise ImproperlyConfigured(_message)

# Prometheus asks for /metrics with this token; without one the page does not exist.
VERBUND_METRICS_TOKEN = text("VERBUND_METRICS_TOKEN", "")

CSRF_COOKIE_NAME = "__Host-verbund-csrf" if IS_PRODUCTION else "verbund-csrf"
CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "federation.errors.csrf_failure"

# TLS ends at the proxy, which redirects too; HSTS is sent on https only.
SECURE_HSTS_SECONDS = 31536000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Public pages have nothing inline and need no nonce; a page that asks for one gets it (and is never cached).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher" if IS_PRODUCTION else "tenants.hashers.QuickArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

MEDIA_ROOT = DATA_DIR / "files"
# Archives and proofs of municipalities that the console removes.
VERBUND_ARCHIVE_DIR = Path(text("VERBUND_ARCHIVE_DIR", str(DATA_DIR / "archives")))
STATIC_ROOT = Path(text("VERBUND_STATIC_DIR", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "tenants.files.TenantStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# More than any form takes (a proof of 5 MB): what people hand in never lies on the disk in the clear.
FILE_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SILENCED_SYSTEM_CHECKS: list[str] = []
