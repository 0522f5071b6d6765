"""What must never reach a log: secrets, and what says who someone is."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final

REMOVED: Final = "[removed]"
_SECRET_NAMES: Final = re.compile(
    r"passw|secret|token|authorization|cookie|session|csrf|e_?mail|phone|address|api_?key|(?:first|last|full)_name",
    re.IGNORECASE,
)
_E_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL_PASSWORD: Final = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@")
_ASSIGNED: Final = re.compile(r"(?i)\b(password|secret|token|api_?key)(\s*[=:]\s*)[^\s,;&'\")]+")
# The links of invitations and mails are keys to an account; a test finds routes that are missing here.
_TOKEN_IN_PATH: Final = re.compile(
    r"(/(?:einladung|bestaetigen|passwort-neu|adresse-bestaetigen|adresse-behalten|identitaeten/wechsel|abbestellen)/)"
    r"[^/\s]+"
)
# What an answer of a sign-in carries.
_IN_QUERY: Final = re.compile(r"([?&](?:code|state|challenge|id_token_hint|logout_token)=)[^&\s]+")
# PostgreSQL quotes the row in its errors: `Key (email)=(...)`, `Failing row contains (...)`.
_ROW: Final = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?=[ .\n]|$)")


def protect(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Remove secrets and personal data from a log line; a structlog processor, after exceptions became text."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = REMOVED if _is_secret(name) else clean(value)
        elif isinstance(value, dict | list | tuple):
            event[name] = _cleaned(value)
    return event


def clean(text: str) -> str:
    """Return the text without e-mail addresses, passwords, tokens and quoted rows."""
    if "@" in text:
        text = _E_MAIL.sub(REMOVED, _URL_PASSWORD.sub(rf"\1{REMOVED}@", text))
    if "/" in text:
        text = _TOKEN_IN_PATH.sub(rf"\1{REMOVED}", text)
    if "=" in text or ":" in text:
        text = _IN_QUERY.sub(rf"\1{REMOVED}", text)
        text = _ASSIGNED.sub(rf"\1\2{REMOVED}", text)
    if "(" in text:
        text = _ROW.sub(rf"\1({REMOVED})", text)
    return text


@lru_cache(maxsize=512)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: REMOVED if _is_secret(str(name)) else _cleaned(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value
