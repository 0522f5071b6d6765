"""Read a town's tokens, inside its context. What is secret never leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.utils import timezone

from tenants.actors import Actor
from tenants.apitokens.models import ApiToken, Scope
from tenants.staff.policies import can_manage_tokens, require

REMIND_BEFORE: Final = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as administrators see it."""

    id: UUID
    purpose: str
    scopes: tuple[str, ...]
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    revoked_by: str

    @property
    def state(self) -> Literal["valid", "expiring", "expired", "revoked"]:
        """How it stands with the token now."""
        now = timezone.now()
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at <= now:
            return "expired"
        return "expiring" if self.expires_at <= now + REMIND_BEFORE else "valid"

    @property
    def last_day(self) -> dt.date:
        """The last day on which the token is good."""
        return timezone.localdate(self.expires_at - dt.timedelta(seconds=1))


def list_tokens(*, actor: Actor) -> list[TokenInfo]:
    """Return all tokens, the newest first. Raises: NotAllowed without the right to manage them."""
    require(can_manage_tokens, actor)
    return [token_info(row) for row in ApiToken.objects.order_by("-id")]


def list_expiring_tokens(*, actor: Actor) -> list[TokenInfo]:
    """Return the tokens that end within two weeks, the first to end first; none for whoever may not manage them."""
    if not can_manage_tokens(actor):
        return []
    now = timezone.now()
    rows = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=now, expires_at__lte=now + REMIND_BEFORE)
    return [token_info(row) for row in rows.order_by("expires_at", "id")]


def list_scopes() -> list[tuple[str, str]]:
    """Return the rights there are, with their names for people."""
    return [(scope.value, str(scope.label)) for scope in Scope]


def token_info(row: ApiToken) -> TokenInfo:
    """Return the value that leaves this app for a row of it."""
    return TokenInfo(
        id=row.id,
        purpose=row.purpose,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )
