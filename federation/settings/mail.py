"""The mail server, and how long what was sent is remembered."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ImproperlyConfigured

from federation.settings.environment import DATA_DIR, IS_PRODUCTION, number, text

_PORTS: Final = {"none": 25, "starttls": 587, "tls": 465}

EMAIL_HOST = text("VERBUND_SMTP_HOST", "")
# Without a server nothing is sent and nothing waits: links are shown only. Demo and tests need none.
VERBUND_MAIL = bool(EMAIL_HOST) or not IS_PRODUCTION
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"

_security = text("VERBUND_SMTP_SECURITY", "starttls")
if _security not in _PORTS:
    _message = f"VERBUND_SMTP_SECURITY is {_security!r}; it must be one of {', '.join(_PORTS)}."
    raise ImproperlyConfigured(_message)
EMAIL_USE_TLS = _security == "starttls"
EMAIL_USE_SSL = _security == "tls"
EMAIL_PORT = int(number("VERBUND_SMTP_PORT", _PORTS[_security]))
EMAIL_HOST_USER = text("VERBUND_SMTP_USER", "")
EMAIL_HOST_PASSWORD = text("VERBUND_SMTP_PASSWORD", "")
# For each step of a conversation with the server.
EMAIL_TIMEOUT = number("VERBUND_SMTP_TIMEOUT_SECONDS", 10.0)
DEFAULT_FROM_EMAIL = text("VERBUND_MAIL_FROM", "portal@localhost")
VERBUND_MAIL_KEEP_DAYS = int(number("VERBUND_MAIL_KEEP_DAYS", 30))
