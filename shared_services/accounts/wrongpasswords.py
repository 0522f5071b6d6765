"""Wrong passwords at the built-in sign-in, for whose account they were meant: one line a day in the owner's history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import transaction

from shared_services.accounts.book import EMAIL
from shared_services.accounts.events import count_event
from shared_services.accounts.models import CitizenAccount
from tenants.accounts import normal_email
from tenants.actors import ANONYMOUS
from tenants.context import as_accounts
from tenants.keystore.sealing import get_data_keys, indexes_of

ACTION: Final = "password.refused"


def fingerprints_of(email: str) -> list[str]:
    """Return the keyed hashes of an address, whether anybody has it or not: they may travel, the address may not."""
    return indexes_of(normal_email(email), purpose=EMAIL)


def note_wrong_password(fingerprints: Collection[str]) -> bool:
    """Count a wrong password in the history of the account with this address; return whether there is one."""
    accounts = CitizenAccount.objects.filter(email_index__in=fingerprints, is_active=True)
    with as_accounts():
        account_id = accounts.values_list("id", flat=True).first()
    key = get_data_keys([account_id]).get(account_id) if account_id else None
    if key is None:
        return False
    with as_accounts(), transaction.atomic():
        if accounts.select_for_update().filter(id=key.owner).first() is None:
            return False
        count_event(key, actor=ANONYMOUS, action=ACTION)
    return True
