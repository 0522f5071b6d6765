"""Passkeys of citizens: sign in with what a device holds, instead of a password. They belong to the umbrella's host.

What a browser is asked and what its answer proves lies in `tenants.passkeys`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shared_services.accounts.alerts import tell_factor_changed
from shared_services.accounts.events import note_event
from shared_services.accounts.models import OneTimePassword, Passkey, RecoveryCode
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.keystore.sealing import get_data_key, index_of, indexes_of
from tenants.mail.senders import Sender
from tenants.passkeys import (
    Challenge,
    OwnPasskey,
    Place,
    ask_for_new,
    check_answer,
    check_new,
    gone,
    known_already,
    name_of,
    read_answer,
    refused,
)

_PURPOSE: Final = "accounts.passkey"
_INDEX: Final = "accounts.credential"


def list_passkeys(account_id: UUID) -> list[OwnPasskey]:
    """Return the passkeys of an account, the oldest first. Raises: Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(Passkey.objects.filter(account_id=account_id).order_by("id"))
    return [
        OwnPasskey(row.id, str(key.unseal(row.sealed, purpose=_PURPOSE)["name"]), row.created_at, row.used_at)
        for row in rows
    ]


def begin_adding(*, account_id: UUID, email: str, place: Place) -> Challenge:
    """Return what a browser needs to make a passkey. Raises: InvalidInput when there are enough of them."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(Passkey.objects.filter(account_id=account_id))
    known = [str(key.unseal(row.sealed, purpose=_PURPOSE)["id"]) for row in rows]
    return ask_for_new(owner=account_id, label=email, known=known, place=place)


def finish_adding(*, account_id: UUID, answer: str, challenge: str, name: str, place: Place, sender: Sender) -> None:
    """Keep the passkey that a browser has made.

    Effects: an entry "factor.passkey_added", a mail to the owner.
    Raises: InvalidInput when the answer is not one to this challenge from this place.
    """
    made = check_new(answer, challenge=challenge, place=place)
    key = get_data_key(account_id)
    contents = {
        "id": made.credential,
        "public_key": made.public_key,
        "host": place.host,
        "name": name_of(name),
    }
    with as_accounts(), transaction.atomic():
        if Passkey.objects.filter(credential_index__in=indexes_of(made.credential, purpose=_INDEX)).exists():
            raise known_already()
        Passkey.objects.create(
            account_id=account_id,
            credential_index=index_of(made.credential, purpose=_INDEX),
            sealed=key.seal(contents, purpose=_PURPOSE),
            sign_count=made.sign_count,
        )
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.passkey_added")
        tell_factor_changed(account_id, change="passkey_added", sender=sender)


def remove_passkey(*, account_id: UUID, passkey_id: UUID, sender: Sender) -> None:
    """Remove a passkey; recovery codes go with the last second factor.

    Effects: an entry "factor.passkey_removed", a mail to the owner.
    Raises: NotFound for somebody else's.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        if not Passkey.objects.filter(id=passkey_id, account_id=account_id).delete()[0]:
            raise gone()
        has_others = Passkey.objects.filter(account_id=account_id).exists()
        if not has_others and not OneTimePassword.objects.filter(account_id=account_id).exists():
            RecoveryCode.objects.filter(account_id=account_id).delete()
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.passkey_removed")
        tell_factor_changed(account_id, change="passkey_removed", sender=sender)


def finish_sign_in(*, answer: str, challenge: str, place: Place) -> UUID:
    """Return the account whose passkey has answered.

    Raises: InvalidInput, the same for every reason: unknown, removed, another place, replayed, a copied device.
    """
    given = read_answer(answer)
    with as_accounts(), transaction.atomic():
        indexes = indexes_of(given.credential, purpose=_INDEX)
        row = Passkey.objects.select_for_update().filter(credential_index__in=indexes).first()
        if row is None:
            raise refused()
        contents = get_data_key(row.account_id).unseal(row.sealed, purpose=_PURPOSE)
        row.sign_count = check_answer(
            given,
            challenge=challenge,
            public_key=str(contents["public_key"]),
            sign_count=row.sign_count,
            place=place,
        )
        row.used_at = timezone.now()
        row.save(update_fields=["sign_count", "used_at"])
    return row.account_id
