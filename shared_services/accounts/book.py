"""Find an account, and read what its row has sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared_services.accounts.models import CitizenAccount
from tenants.accounts import AccountInfo, normal_email
from tenants.context import as_accounts
from tenants.keystore.sealing import DataKey, ensure_data_key, get_data_key, index_of, indexes_of

EMAIL: Final = "accounts.email"
_ACCOUNT: Final = "accounts.account"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it. `has_password`: signs in here, not only at a provider."""

    id: UUID
    email: str
    language: str
    created_at: datetime
    has_password: bool


def get_session_account(account_id: UUID, *, session_id: UUID) -> AccountInfo | None:
    """Return an account while this session of it goes on, else None: one query. It tells neither name nor address."""
    with as_accounts():
        found = CitizenAccount.objects.filter(id=account_id, sessions__id=session_id, sessions__ended_at=None).first()
    return info_of(found) if found else None


def get_account_info(account_id: UUID) -> AccountInfo | None:
    """Return what a session would need to know of an account, before there is one."""
    with as_accounts():
        found = CitizenAccount.objects.filter(id=account_id).first()
    return info_of(found) if found else None


def get_own_account(account_id: UUID) -> OwnAccount:
    """Return the account for its owner. Raises: Unreadable when its key is destroyed; ExternalTemporary."""
    with as_accounts():
        account = CitizenAccount.objects.get(id=account_id)
    return OwnAccount(
        id=account.id,
        email=str(read_sealed(account).get("email", "")),
        language=account.language,
        created_at=account.created_at,
        has_password=bool(account.password),
    )


def info_of(account: CitizenAccount) -> AccountInfo:
    """Return what a session needs to know of an account."""
    return AccountInfo(
        kind="citizen",
        id=account.id,
        email="",
        name="",
        is_active=account.is_active,
        session_epoch=account.session_epoch,
        created_at=account.created_at,
    )


def find_by_email(email: str) -> CitizenAccount | None:
    """Return the account with this address. Runs inside `as_accounts`."""
    indexes = indexes_of(normal_email(email), purpose=EMAIL)
    return CitizenAccount.objects.filter(email_index__in=indexes).first()


def get_account_id(email: str) -> UUID | None:
    """Return whose address it is, for commands that run as the system."""
    with as_accounts():
        account = find_by_email(email)
    return account.id if account else None


def list_unknown_accounts(ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that no account has any more. Runs inside `as_accounts`."""
    return set(ids) - set(CitizenAccount.objects.filter(id__in=ids).values_list("id", flat=True))


def email_index(email: str) -> str:
    """Return the keyed hash under which a new address is kept."""
    return index_of(normal_email(email), purpose=EMAIL)


def read_sealed(account: CitizenAccount, key: DataKey | None = None) -> dict[str, Any]:
    """Return what an account's row has sealed; its key is fetched where the caller has none.

    Raises: Unreadable; ExternalTemporary.
    """
    return dict((key or get_data_key(account.id)).unseal(account.sealed, purpose=_ACCOUNT))


def seal_account(key: DataKey, *, email: str) -> bytes:
    """Return what an account's row keeps of the person."""
    return key.seal({"email": normal_email(email)}, purpose=_ACCOUNT)


def key_for(account_id: UUID) -> DataKey:
    """Return the person's data key, made now for a new one. Call it before the transaction that writes the row."""
    return ensure_data_key(account_id)
