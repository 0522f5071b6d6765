"""What somebody asks of an e-mail address whose account is kept elsewhere: noted now, granted by a task.

Noting is the same work for every address, so neither the answer nor its time tells whether there is an account. What
could not be granted waits for the next try, as long as a link would have lived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shared_services.accounts import links
from shared_services.accounts.book import key_for
from shared_services.accounts.models import AccountLink, LinkPurpose
from shared_services.accounts.registration import checked_email
from tenants.context import as_accounts
from tenants.ids import uuid7
from tenants.keystore.store import destroy_keys

WishKind = Literal["account", "password"]
# What is refused for so long is refused for good: a mailbox that nobody's mail server takes mails for.
_PATIENCE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants an account, or a new password. `region` answers, and `town` is where they came from, or "".

    Who asks is unknown: the address may be anybody's.
    """

    id: UUID
    kind: WishKind
    email: str
    language: str
    region: str
    town: str
    asked_at: datetime

    @property
    def is_old(self) -> bool:
        """Whether it was tried long enough."""
        return timezone.now() - self.asked_at > _PATIENCE


def note_wish(*, kind: WishKind, email: str, language: str, region: str, town: str = "") -> None:
    """Keep a wish, sealed, until a task grants it.

    Raises: InvalidInput (field `email`); ExternalTemporary without the key store.
    """
    contents = {"wish": kind, "email": checked_email(email), "language": language, "region": region, "town": town}
    key = key_for(uuid7())
    with as_accounts(), transaction.atomic():
        links.make_link(key, purpose=LinkPurpose.REGISTER, contents=contents, account_id=None)


def list_waiting() -> list[UUID]:
    """Return what may be granted, oldest first; registrations of the built-in way are among them."""
    with as_accounts():
        rows = AccountLink.objects.filter(purpose=LinkPurpose.REGISTER, account=None, expires_at__gt=timezone.now())
        return list(rows.order_by("id").values_list("id", flat=True))


def grant_wish(wish_id: UUID, *, grant: Callable[[Wish], None]) -> bool:
    """Do what is wished and forget the wish; return whether it was one and free. Of two workers at once, one grants it.

    Effects: what `grant` does, whose mails go out with the wish's end.
    Raises: whatever `grant` raises: then the wish waits.
    """
    with as_accounts(), transaction.atomic():
        rows = AccountLink.objects.select_for_update(skip_locked=True).filter(id=wish_id)
        row = rows.first()
        wish = _read(row) if row is not None else None
        if row is None or wish is None:
            return False
        grant(wish)
        row.delete()
    destroy_keys(row.owner)
    return True


def _read(row: AccountLink) -> Wish | None:
    contents = links.read_link(row).contents
    kind = contents.get("wish")
    if kind not in {"account", "password"}:
        return None
    return Wish(
        id=row.owner,
        kind=kind,
        email=str(contents["email"]),
        language=str(contents["language"]),
        region=str(contents["region"]),
        town=str(contents["town"]),
        asked_at=row.created_at,
    )
