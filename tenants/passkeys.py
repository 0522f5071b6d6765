"""Passkeys (WebAuthn): what a browser is asked and what its answer proves, the same for every kind of account.

Who keeps them is the business of each table: citizens' in `shared_services.accounts`, staff's, operators' and editors'
in `tenants.ownpasskeys`. Each is good at one host only, and only with the finger or PIN of whoever holds the device.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import webauthn
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tenants.errors import InvalidInput, NotFound

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


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a browser has just made."""

    credential: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser says it has; nothing of it is proved yet. `owner` is whom the device keeps the passkey for."""

    credential: str
    owner: UUID | None
    given: AuthenticationCredential


def ask_for_new(*, owner: UUID, label: str, known: Collection[str], place: Place) -> Challenge:
    """Return what a browser needs to make a passkey; no device that holds a known one makes another.

    Raises: InvalidInput when there are enough of them.
    """
    if len(known) >= _MOST:
        raise InvalidInput(_("Sie haben schon zehn Passkeys. Entfernen Sie zuerst einen."), code="too_many_passkeys")
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_id=owner.bytes,
        user_name=label,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def check_new(answer: str, *, challenge: str, place: Place) -> NewPasskey:
    """Return the passkey that a browser has made. Raises: InvalidInput when it answers another challenge or place."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as why:
        raise refused() from why
    credential, public_key = (bytes_to_base64url(one) for one in (made.credential_id, made.credential_public_key))
    return NewPasskey(credential, public_key, made.sign_count)


def ask_for_one(place: Place) -> Challenge:
    """Return what a browser needs to offer the passkeys it has. It names no account: the device does."""
    options = webauthn.generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def read_answer(answer: str) -> Answer:
    """Return which passkey a browser says it has. Raises: InvalidInput when it is no answer at all."""
    try:
        given = parse_authentication_credential_json(answer)
        handle = given.response.user_handle
        owner = UUID(bytes=handle) if handle else None
    except (WebAuthnException, ValueError) as why:
        raise refused() from why
    return Answer(bytes_to_base64url(given.raw_id), owner, given)


def check_answer(answer: Answer, *, challenge: str, public_key: str, sign_count: int, place: Place) -> int:
    """Return the count of signatures to keep, once the answer is proved to be the passkey's.

    Raises: InvalidInput, the same for every reason: another challenge or place, nobody's finger, a copied device.
    """
    try:
        proven = webauthn.verify_authentication_response(
            credential=answer.given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as why:
        raise refused() from why
    return proven.new_sign_count


def name_of(given: str) -> str:
    """Return what a passkey is called: as its owner said, if they did."""
    return given.strip()[:_NAME_LENGTH] or _("Passkey")


def refused() -> InvalidInput:
    """Return the one answer to every passkey that does not count."""
    return InvalidInput(
        _("Das hat nicht geklappt. Versuchen Sie es noch einmal, oder melden Sie sich mit Ihrem Passwort an."),
        code="passkey_refused",
    )


def known_already() -> InvalidInput:
    """Return what is said to a device that has made a passkey which is there."""
    return InvalidInput(_("Dieser Passkey ist schon eingerichtet."), code="passkey_known")


def gone() -> NotFound:
    """Return what is said of a passkey that is not there, or somebody else's."""
    return NotFound(_("Diesen Passkey gibt es nicht mehr. Laden Sie die Seite neu."))
