"""Languages, time and mail. German is the source language: only English needs a catalogue of translations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from federation.settings.environment import DATA_DIR, IS_PRODUCTION, ROOT, text

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
APPEND_SLASH = True

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if IS_PRODUCTION
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = text("VERBUND_SMTP_HOST", "localhost")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("VERBUND_MAIL_FROM", "portal@localhost")
