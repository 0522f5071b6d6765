"""Which sessions are one sign-in: of one browser, at all portals that were told of it."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db.models import Q

from shared_services.accounts.models import AccountSession


def sign_in_of(session: AccountSession) -> str:
    """Return the name of a session's sign-in: the provider's, or of the built-in one the session it began with."""
    return session.provider_session or str(session.id)


def of_sign_in(sign_in: str) -> Q:
    """Return the condition that sessions are of a sign-in."""
    found = Q(provider_session=sign_in)
    with suppress(ValueError):
        found |= Q(id=UUID(sign_in), provider_session="")
    return found
