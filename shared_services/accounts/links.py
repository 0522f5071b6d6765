"""Links that are sent by mail: a token that only the mail holds, and what it will do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.models import AccountLink, LinkPurpose
from shared_services.accounts.periods import LINKS_KEPT
from tenants.errors import NotFound
from tenants.keystore.sealing import DataKey, get_data_key

LIFETIME: Final = timedelta(hours=24)
_PURPOSE: Final = "accounts.link"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that may still be used. `owner` is the account it is about, or the one it will make."""

    id: UUID
    owner: UUID
    contents: Mapping[str, Any]


def make_link(
    key: DataKey,
    *,
    purpose: LinkPurpose,
    contents: Mapping[str, Any],
    account_id: UUID | None,
    lifetime: timedelta = LIFETIME,
) -> str:
    """Add a link in the running transaction, inside `as_accounts`, and return its token, which nobody keeps."""
    token = secrets.token_urlsafe(32)
    AccountLink.objects.create(
        owner=key.owner,
        account_id=account_id,
        purpose=purpose,
        token_hash=_hashed(token),
        sealed=key.seal(dict(contents), purpose=_PURPOSE),
        expires_at=timezone.now() + lifetime,
    )
    return token


def get_link(token: str, *, purpose: LinkPurpose) -> OpenLink:
    """Return what a token stands for, inside `as_accounts`. Raises: NotFound when it is unknown, used or too old."""
    link = AccountLink.objects.filter(token_hash=_hashed(token), purpose=purpose, expires_at__gt=timezone.now()).first()
    if link is None:
        raise expired()
    return read_link(link)


def read_link(link: AccountLink) -> OpenLink:
    """Return what a link's row stands for. Raises: Unreadable; ExternalTemporary."""
    return OpenLink(link.id, link.owner, get_data_key(link.owner).unseal(link.sealed, purpose=_PURPOSE))


def expired() -> NotFound:
    """Return what is said of every link that does not work, whatever the reason."""
    sentence = _("Dieser Link gilt nicht mehr. Fordern Sie einen neuen an; er gilt dann einen Tag lang.")
    return NotFound(sentence, code="link_expired")


def use_link(link: OpenLink) -> bool:
    """Use a link up, in the running transaction; False when somebody else was quicker."""
    return AccountLink.objects.filter(id=link.id).delete()[0] == 1


def drop_links(owner: UUID, *, purpose: LinkPurpose) -> None:
    """Take back earlier links of the same kind, so that only the newest one works."""
    AccountLink.objects.filter(owner=owner, purpose=purpose).delete()


def list_expired_owners() -> list[UUID]:
    """Return whose registration was never finished, inside `as_accounts`: their keys and links may go."""
    rows = AccountLink.objects.filter(account=None, expires_at__lt=timezone.now() - LINKS_KEPT)
    return list(rows.values_list("owner", flat=True).distinct())


def forget_expired_links() -> int:
    """Delete links that are too old, inside `as_accounts`. Return how many."""
    return AccountLink.objects.filter(expires_at__lt=timezone.now() - LINKS_KEPT).delete()[0]


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
