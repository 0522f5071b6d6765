"""Texts by language, as rows keep them, and fingerprints by which a form notices that another one was faster."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language

LANGUAGES: Final = ("de", "en")
SOURCE_LANGUAGE: Final = "de"


def current_language() -> str:
    """Return the page's language as texts are keyed by it."""
    language = (get_language() or SOURCE_LANGUAGE).split("-")[0]
    return language if language in LANGUAGES else SOURCE_LANGUAGE


def text_in(texts: Mapping[str, str], language: str | None = None) -> str:
    """Return the text in a language (the page's if none is named), German where it is missing."""
    return texts.get(language or current_language()) or texts.get(SOURCE_LANGUAGE) or ""


def fallback_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """Return "de" when `text_in` would answer in German although another language was wanted, else ""."""
    wanted = language or current_language()
    return SOURCE_LANGUAGE if wanted != SOURCE_LANGUAGE and not texts.get(wanted) else ""


def clean_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of known languages without blanks around them; empty ones are left out."""
    return {language: texts[language].strip() for language in LANGUAGES if texts.get(language, "").strip()}


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short mark of what a form showed; it changes exactly when a value does."""
    plain = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.blake2b(plain.encode(), digest_size=9).hexdigest()
