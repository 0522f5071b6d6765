"""Languages and time. German is the source language: only English needs a catalogue of translations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from federation.settings.environment import ROOT

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
APPEND_SLASH = True
