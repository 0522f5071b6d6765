"""With whom a person has proved who they are: the identity providers linked to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared_services.accounts.models import LinkedIdentity
from tenants.context import as_accounts
from tenants.keystore.sealing import DataKey, get_data_key
from tenants.trust import TrustLevel

# Where the ids of `LinkedIdentity` come from: subjects at our Keycloak, and the state's id of a person.
SUBJECT_HOME: Final = "keycloak"
STATE_ID: Final = "bpk2"
_PURPOSE: Final = "accounts.identity"


@dataclass(frozen=True, slots=True)
class Identity:
    """A way in over Keycloak, as its owner sees it. `source`: the identity provider, empty for Keycloak's own login."""

    id: UUID
    source: str
    level: TrustLevel
    linked_at: datetime
    used_at: datetime
    tells_bpk2: bool


def seal_identity(key: DataKey, *, subject: str, source: str, tells_bpk2: bool) -> bytes:
    """Return what a row keeps of a subject at Keycloak."""
    return key.seal({"subject": subject, "source": source, "tells_bpk2": tells_bpk2}, purpose=_PURPOSE)


def list_identities(account_id: UUID) -> list[Identity]:
    """Return the ways in over Keycloak, the oldest first. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(LinkedIdentity.objects.filter(account_id=account_id, provider=SUBJECT_HOME).order_by("id"))
    return [_read(key, row) for row in rows]


def has_state_id(account_id: UUID) -> bool:
    """Whether a provider has told the state's id of the person: by it they come back over any provider."""
    with as_accounts():
        return LinkedIdentity.objects.filter(account_id=account_id, provider=STATE_ID).exists()


def list_subjects(key: DataKey) -> list[str]:
    """Return the subjects at Keycloak of the key's owner, inside `as_accounts`."""
    rows = LinkedIdentity.objects.filter(account_id=key.owner, provider=SUBJECT_HOME)
    return [subject for row in rows if (subject := read_identity(key, row).get("subject", ""))]


def read_identity(key: DataKey, row: LinkedIdentity) -> dict[str, Any]:
    """Return what a row keeps; empty for rows without anything. Raises: Unreadable."""
    return dict(key.unseal(row.sealed, purpose=_PURPOSE)) if row.sealed else {}


def _read(key: DataKey, row: LinkedIdentity) -> Identity:
    contents = read_identity(key, row)
    return Identity(
        id=row.id,
        source=str(contents.get("source", "")),
        level=TrustLevel(row.level),
        linked_at=row.linked_at,
        used_at=row.used_at,
        tells_bpk2=bool(contents.get("tells_bpk2")),
    )
