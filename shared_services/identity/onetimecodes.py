"""Codes by which one host tells another who comes: each works once, and for a minute."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import caches

CODE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """The codes of one kind. `name` keeps kinds apart, `as_owner` enters the context in which they are kept."""

    name: str
    as_owner: Callable[[], AbstractContextManager[None]]

    def issue(self, contents: Mapping[str, Any]) -> str:
        """Return a code that stands for these contents."""
        code = secrets.token_urlsafe(32)
        with self.as_owner():
            caches["sessions"].set(self._key(code), dict(contents), CODE_SECONDS)
        return code

    def redeem(self, code: str) -> dict[str, Any] | None:
        """Return what a code stands for, this once; None when it is unknown, used, old, or of another kind."""
        if not code:
            return None
        with self.as_owner():
            cache, key = caches["sessions"], self._key(code)
            found = cache.get(key)
            # Whoever deletes it has it: of two at once, one.
            return dict(found) if isinstance(found, dict) and cache.delete(key) else None

    def _key(self, code: str) -> str:
        return f"{self.name}:{code[:100]}"
