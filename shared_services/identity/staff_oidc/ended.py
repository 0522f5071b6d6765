"""Sign-ins that Keycloak has ended: remembered for as long as a session of them could go on."""

from __future__ import annotations

from typing import Final

from django.core.cache import caches

from shared_services.identity.sessions import MAX_AGE_SECONDS, now_seconds
from tenants.context import as_accounts

_SESSION: Final = "work.ended.session:{}"
_PERSON: Final = "work.ended.person:{}"


def note_ended(*, provider_session: str, subject: str) -> None:
    """Remember what a logout token names: one sign-in, or all of a person where it names none."""
    key = _SESSION.format(provider_session) if provider_session else _PERSON.format(subject)
    with as_accounts():
        caches["sessions"].set(key, now_seconds(), MAX_AGE_SECONDS)


def was_ended(*, provider_session: str, subject: str, started_at: int) -> bool:
    """Whether Keycloak has ended a sign-in since it began. One question to Valkey."""
    session, person = _SESSION.format(provider_session), _PERSON.format(subject)
    with as_accounts():
        found = caches["sessions"].get_many([session, person])
    ended_at: int = max(found.get(session, -1), found.get(person, -1))
    return ended_at >= started_at
