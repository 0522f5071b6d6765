"""Sign-ins that have ended, here or at Keycloak: remembered for as long as a session of them could go on."""

from __future__ import annotations

import time
from typing import Final

from django.core.cache import caches
from django.utils.translation import gettext as _

from shared_services.identity.sessions import MAX_AGE_SECONDS
from tenants.context import as_accounts
from tenants.errors import InvalidInput

_SESSION: Final = "work.ended.session:{}"
_FIRST: Final = "work.ended.first:{}"
_PERSON: Final = "work.ended.person:{}"


def note_ended(*, provider_session: str, subject: str) -> float:
    """Remember that a sign-in has ended, and with it all of a person that began before. Either may be empty.

    Return when it was first heard of, in seconds since 1970: what is told again, once by each portal and maybe hours
    later, ends nothing else of the person that has begun since.
    """
    now = first_at = time.time()
    with as_accounts():
        cache = caches["sessions"]
        if provider_session:
            known = cache.get_or_set(_FIRST.format(provider_session), now, MAX_AGE_SECONDS)
            first_at = now if known is None else known
            cache.set(_SESSION.format(provider_session), now, MAX_AGE_SECONDS)
        if subject:
            person = _PERSON.format(subject)
            cache.set(person, max(first_at, cache.get(person, 0.0)), MAX_AGE_SECONDS)
    return first_at


def note_ended_alone(provider_session: str) -> None:
    """Remember that one sign-in is being ended and the person's others go on, whatever is told of it afterwards."""
    with as_accounts():
        caches["sessions"].set(_FIRST.format(provider_session), 0.0, MAX_AGE_SECONDS)
        caches["sessions"].set(_SESSION.format(provider_session), time.time(), MAX_AGE_SECONDS)


def was_ended(*, provider_session: str, subject: str, started_at: float) -> bool:
    """Whether a sign-in, or all of a person, has ended since a session began. One question to Valkey."""
    session, person = _SESSION.format(provider_session), _PERSON.format(subject)
    with as_accounts():
        found = caches["sessions"].get_many([session, person])
    ended_at: float = max(found.get(session, -1.0), found.get(person, -1.0))
    return ended_at >= started_at


def sign_in_over() -> InvalidInput:
    """Return the answer to a sign-in that has ended while its answer was on the way."""
    return InvalidInput(
        _("Diese Anmeldung ist inzwischen beendet. Melden Sie sich noch einmal an."), code="sign_in_over"
    )
