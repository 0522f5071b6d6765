"""Which sessions are one sign-in: of one browser, at all portals that were told of it."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db.models import Q

from shared_services.accounts.models import AccountSession
from tenants.context import as_accounts


def sign_in_of(session: AccountSession) -> str:
    """Return the name of a session's sign-in: the provider's, or of the built-in one the session it began with."""
    return session.provider_session or str(session.id)


def of_sign_in(sign_in: str) -> Q:
    """Return the condition that sessions are of a sign-in."""
    found = Q(provider_session=sign_in)
    with suppress(ValueError):
        found |= Q(id=UUID(sign_in), provider_session="")
    return found


def is_running(sign_in: str, *, account_id: UUID, but: UUID | None = None) -> bool:
    """Whether a session of an account's sign-in runs; `but` is one that does not count."""
    with as_accounts():
        rows = AccountSession.objects.filter(of_sign_in(sign_in), account_id=account_id, ended_at=None)
        return rows.exclude(id=but).exists() if but else rows.exists()
