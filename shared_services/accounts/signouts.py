"""Sign-ins elsewhere that are still to be ended, because whoever keeps them did not answer: noted now, ended by a task.

Kept beside the links and wishes, under a key of its own that goes with the row; nothing says whose sign-in it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from shared_services.accounts import links
from shared_services.accounts.book import key_for
from shared_services.accounts.models import AccountLink, LinkPurpose
from tenants.context import as_accounts
from tenants.ids import uuid7
from tenants.keystore.store import destroy_keys


@dataclass(frozen=True, slots=True)
class WaitingSignOut:
    """What ends a sign-in: the portal's client at the provider, and the token that renews it, which is a secret."""

    client_id: str
    token: str = field(repr=False)


def note_sign_out(wanted: WaitingSignOut, *, lifetime: timedelta) -> None:
    """Keep a sign-out, sealed, until a task has done it; past its `lifetime` there is no sign-in left to end.

    Raises: ExternalTemporary without the key store.
    """
    contents = {"sign_out": wanted.client_id, "token": wanted.token}
    key = key_for(uuid7())
    with as_accounts(), transaction.atomic():
        links.make_link(key, purpose=LinkPurpose.REGISTER, contents=contents, account_id=None, lifetime=lifetime)


def finish_sign_out(waiting_id: UUID, *, end: Callable[[WaitingSignOut], None]) -> bool:
    """Do a sign-out and forget it; return whether it was one and free. `waiting_id` is one of `wishes.list_waiting`.

    Raises: whatever `end` raises: then it waits.
    """
    with as_accounts(), transaction.atomic():
        row = AccountLink.objects.select_for_update(skip_locked=True).filter(id=waiting_id).first()
        contents = links.read_link(row).contents if row is not None else {}
        if row is None or "sign_out" not in contents:
            return False
        end(WaitingSignOut(client_id=str(contents["sign_out"]), token=str(contents["token"])))
        row.delete()
    destroy_keys(row.owner)
    return True
