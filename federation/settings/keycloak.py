"""How people sign in: by the built-in login, or by Keycloak; and how Keycloak is reached."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from federation.settings.environment import IS_PRODUCTION, MODE, flag, number, text

VERBUND_LOGIN = text("VERBUND_LOGIN", "builtin")
if VERBUND_LOGIN not in {"builtin", "keycloak"}:
    _message = f"VERBUND_LOGIN is {VERBUND_LOGIN!r}; it must be builtin or keycloak."
    raise ImproperlyConfigured(_message)

# Address of Keycloak for browsers and for us: the issuer in its tokens begins so.
VERBUND_KEYCLOAK_URL = text("VERBUND_KEYCLOAK_URL", None if VERBUND_LOGIN == "keycloak" else "")
VERBUND_KEYCLOAK_REALM = text("VERBUND_KEYCLOAK_REALM", "verbund")
# The secrets of all our clients are made from it; see shared_services/identity/keycloak/secrets.py.
VERBUND_KEYCLOAK_KEY = text("VERBUND_KEYCLOAK_KEY", None if VERBUND_LOGIN == "keycloak" else "")
VERBUND_KEYCLOAK_TIMEOUT_SECONDS = number("VERBUND_KEYCLOAK_TIMEOUT_SECONDS", 5.0)
# So many portals' clients are made or changed at once.
VERBUND_KEYCLOAK_CONCURRENCY = int(number("VERBUND_KEYCLOAK_CONCURRENCY", 4))

# For `verbund identity diff` and `apply` alone: servers run without them.
VERBUND_KEYCLOAK_ADMIN_CLIENT_ID = text("VERBUND_KEYCLOAK_ADMIN_CLIENT_ID", "")
VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET = text("VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET", "")
VERBUND_KEYCLOAK_PROVIDERS = text("VERBUND_KEYCLOAK_PROVIDERS", "")
# Identity providers that are played, with invented people: by realms of Keycloak, or pages beside the built-in login.
VERBUND_SIMULATORS = flag("VERBUND_SIMULATORS", default=MODE == "demo")
if VERBUND_SIMULATORS and IS_PRODUCTION:
    _message = "VERBUND_SIMULATORS lets invented people sign in: it is for demo and tests only."
    raise ImproperlyConfigured(_message)
