"""Passkeys (WebAuthn): sign in with what a device holds, instead of a password. They belong to the umbrella's host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import webauthn
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shared_services.accounts.alerts import tell_factor_changed
from shared_services.accounts.events import note_event
from shared_services.accounts.models import OneTimePassword, Passkey, RecoveryCode
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import get_data_key, index_of, indexes_of
from tenants.mail.senders import Sender

_PURPOSE: Final = "accounts.passkey"
_INDEX: Final = "accounts.credential"
_MOST: Final = 10
_NAME_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are valid: the host without port, its origin as browsers write it, and its name for people."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser gets as JSON, and what has to come back. The challenge stays in the session."""

    options: str
    challenge: str


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
    if len(rows) >= _MOST:
        raise InvalidInput(_("Sie haben schon zehn Passkeys. Entfernen Sie zuerst einen."), code="too_many_passkeys")
    known = [base64url_to_bytes(key.unseal(row.sealed, purpose=_PURPOSE)["id"]) for row in rows]
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_id=account_id.bytes,
        user_name=email,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def finish_adding(*, account_id: UUID, answer: str, challenge: str, name: str, place: Place, sender: Sender) -> None:
    """Keep the passkey that a browser has made.

    Effects: an entry "factor.passkey_added", a mail to the owner.
    Raises: InvalidInput when the answer is not one to this challenge from this place.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as refused:
        raise _refused() from refused
    key, credential = get_data_key(account_id), bytes_to_base64url(made.credential_id)
    contents = {
        "id": credential,
        "public_key": bytes_to_base64url(made.credential_public_key),
        "host": place.host,
        "name": name.strip()[:_NAME_LENGTH] or _("Passkey"),
    }
    with as_accounts(), transaction.atomic():
        if Passkey.objects.filter(credential_index__in=indexes_of(credential, purpose=_INDEX)).exists():
            raise InvalidInput(_("Dieser Passkey ist schon eingerichtet."), code="passkey_known")
        Passkey.objects.create(
            account_id=account_id,
            credential_index=index_of(credential, purpose=_INDEX),
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
            raise NotFound(_("Diesen Passkey gibt es nicht mehr. Laden Sie die Seite neu."))
        has_others = Passkey.objects.filter(account_id=account_id).exists()
        if not has_others and not OneTimePassword.objects.filter(account_id=account_id).exists():
            RecoveryCode.objects.filter(account_id=account_id).delete()
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.passkey_removed")
        tell_factor_changed(account_id, change="passkey_removed", sender=sender)


def begin_sign_in(place: Place) -> Challenge:
    """Return what a browser needs to offer the passkeys it has. It names no account: the device does."""
    options = webauthn.generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def finish_sign_in(*, answer: str, challenge: str, place: Place) -> UUID:
    """Return the account whose passkey has answered.

    Raises: InvalidInput, the same for every reason: unknown, removed, another place, replayed, a copied device.
    """
    try:
        given = webauthn.helpers.parse_authentication_credential_json(answer)
        indexes = indexes_of(bytes_to_base64url(given.raw_id), purpose=_INDEX)
        with as_accounts(), transaction.atomic():
            row = Passkey.objects.select_for_update().filter(credential_index__in=indexes).first()
            if row is None:
                raise _refused()
            contents = get_data_key(row.account_id).unseal(row.sealed, purpose=_PURPOSE)
            proven = webauthn.verify_authentication_response(
                credential=given,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=place.host,
                expected_origin=place.origin,
                credential_public_key=base64url_to_bytes(contents["public_key"]),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
            row.sign_count, row.used_at = proven.new_sign_count, timezone.now()
            row.save(update_fields=["sign_count", "used_at"])
    except (WebAuthnException, ValueError) as refused:
        raise _refused() from refused
    return row.account_id


def _refused() -> InvalidInput:
    return InvalidInput(
        _("Das hat nicht geklappt. Versuchen Sie es noch einmal, oder melden Sie sich mit Ihrem Passwort an."),
        code="passkey_refused",
    )
