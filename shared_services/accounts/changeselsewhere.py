"""What somebody has changed where the password is kept, led there by the portal: the owner is told all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from django.db import transaction

from shared_services.accounts import mails
from shared_services.accounts.alerts import FactorChange, tell_factor_changed
from shared_services.accounts.book import read_sealed
from shared_services.accounts.events import note_event
from shared_services.accounts.models import CitizenAccount
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.keystore.sealing import DataKey
from tenants.mail.senders import Sender

ChangeElsewhere = Literal["passkey", "app", "codes", "password"]
_FACTORS: Final[Mapping[str, FactorChange]] = {
    "passkey": "passkey_added",
    "app": "app_added",
    "codes": "codes_renewed",
}


def note_change_elsewhere(key: DataKey, *, change: ChangeElsewhere, sender: Sender) -> None:
    """Note what the owner of a key has changed at the provider of the sign-in.

    Effects: an entry as for the same change here, a mail to the owner.
    """
    account_id, factor = key.owner, _FACTORS.get(change)
    with as_accounts(), transaction.atomic():
        action = f"factor.{factor}" if factor else "account.password_reset"
        note_event(key, actor=Actor(kind="citizen", id=account_id), action=action)
        if factor:
            tell_factor_changed(account_id, change=factor, sender=sender)
        else:
            _tell_password(key, account_id, sender=sender)


def _tell_password(key: DataKey, account_id: UUID, *, sender: Sender) -> None:
    account = CitizenAccount.objects.get(id=account_id)
    email = str(read_sealed(account, key).get("email", ""))
    if email:
        mails.tell_password_changed(account_id=account_id, to=email, sender=sender, language=account.language)
