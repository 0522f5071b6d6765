"""Sign-ins elsewhere that are still to be ended, because whoever keeps them did not answer: noted now, ended by a task.

Kept beside the links and wishes, under a key of its own that goes with the row; nothing says whose sign-in it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from shared_services.accounts import links
from shared_services.accounts.book import key_for
from shared_services.accounts.models import AccountLink, LinkPurpose
from tenants.context import as_accounts
from tenants.ids import uuid7
from tenants.keystore.store import destroy_keys

_KEY: Final = "sign_out"


@dataclass(frozen=True, slots=True)
class WaitingSignOut:
    """What is to be ended at the provider: a sign-in by its token, a person's sign-ins by their number there, or both.

    `token` is what renews the sign-in, a secret, and `client_id` the portal's client that it is for. Of a person's
    sign-ins those end that have begun `until` then, in seconds since 1970: all, `only` one, or all `but` one.
    """

    client_id: str = ""
    token: str = field(default="", repr=False)
    subject: str = ""
    until: float = 0.0
    only: str = ""
    but: str = ""


def note_sign_out(wanted: WaitingSignOut, *, lifetime: timedelta) -> None:
    """Keep a sign-out, sealed, until a task has done it; past its `lifetime` there is no sign-in left to end.

    Raises: ExternalTemporary without the key store.
    """
    contents = {_KEY: asdict(wanted)}
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
        if row is None or _KEY not in contents:
            return False
        end(_read(contents))
        row.delete()
    destroy_keys(row.owner)
    return True


def _read(contents: Mapping[str, Any]) -> WaitingSignOut:
    kept = contents[_KEY]
    if isinstance(kept, str):
        # As programs of an earlier release noted it; these wait for ten hours at most.
        return WaitingSignOut(client_id=kept, token=str(contents["token"]))
    return WaitingSignOut(**kept)
