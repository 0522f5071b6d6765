"""A second factor that the person sets up here: one-time passwords by an app, and codes for the day it is lost.

It proves two factors and no more: it never raises the trust level.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pyotp
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.events import note_event
from shared_services.accounts.models import OneTimePassword, Passkey, RecoveryCode
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput
from tenants.keystore.sealing import ensure_data_key, get_data_key

STEP_SECONDS: Final = 30
# The clocks of phones go wrong by some seconds: the step before and after count, too.
_TOLERATED_STEPS: Final = 1
_CODES: Final = 10
_PURPOSE: Final = "accounts.totp"
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Factors:
    """Which second factors an account has."""

    has_app: bool
    passkeys: int
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a password alone is not enough."""
        return self.has_app or self.passkeys > 0


def get_factors(account_id: UUID) -> Factors:
    """Return the second factors of an account."""
    with as_accounts():
        return Factors(
            has_app=OneTimePassword.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists(),
            passkeys=Passkey.objects.filter(account_id=account_id).count(),
            codes_left=RecoveryCode.objects.filter(account_id=account_id, used_at=None).count(),
        )


def begin_setup(*, account_id: UUID, issuer: str, label: str) -> str:
    """Make a secret that waits for its first code, and return it as the address that apps read (`otpauth://…`).

    Raises: InvalidInput when there is one in use: it has to be removed first.
    """
    key, secret = ensure_data_key(account_id), pyotp.random_base32()
    with as_accounts(), transaction.atomic():
        row = OneTimePassword.objects.select_for_update().filter(account_id=account_id).first()
        if row is not None and row.confirmed_at is not None:
            raise InvalidInput(_("Es ist schon eine App eingerichtet. Entfernen Sie sie zuerst."), code="totp_exists")
        OneTimePassword.objects.update_or_create(
            account_id=account_id, defaults={"sealed": key.seal(secret, purpose=_PURPOSE), "last_step": 0}
        )
    return address_of(secret, issuer=issuer, label=label)


def address_of(secret: str, *, issuer: str, label: str) -> str:
    """Return a secret as the address that apps read from a picture."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=label, issuer_name=issuer)


def get_waiting_secret(account_id: UUID) -> str:
    """Return the secret that waits for its first code, for whoever types it in; empty when none waits."""
    with as_accounts():
        row = OneTimePassword.objects.filter(account_id=account_id, confirmed_at=None).first()
    return str(get_data_key(account_id).unseal(row.sealed, purpose=_PURPOSE)) if row else ""


def finish_setup(*, account_id: UUID, code: str) -> list[str]:
    """Take the app into use with its first code, and return new recovery codes, which are shown this once.

    Effects: an entry "factor.app_added".
    Raises: InvalidInput (field `code`).
    """
    if not _try_code(account_id, code, confirms=True):
        raise _wrong_code()
    return renew_recovery_codes(account_id=account_id, action="factor.app_added")


def check_code(*, account_id: UUID, code: str) -> None:
    """Accept a code of the app, or a recovery code; each works once. Raises: InvalidInput (field `code`)."""
    if not _try_code(account_id, code, confirms=False) and not _use_recovery_code(account_id, code):
        raise _wrong_code()


def remove_app(*, account_id: UUID) -> None:
    """Remove the app; its recovery codes go, too, unless passkeys still need them.

    Effects: an entry "factor.app_removed".
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        OneTimePassword.objects.filter(account_id=account_id).delete()
        if not Passkey.objects.filter(account_id=account_id).exists():
            RecoveryCode.objects.filter(account_id=account_id).delete()
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.app_removed")


def renew_recovery_codes(*, account_id: UUID, action: str = "factor.codes_renewed") -> list[str]:
    """Make new recovery codes in the place of the old ones, and return them for their only show."""
    key = get_data_key(account_id)
    codes = ["-".join(_word() for _part in range(3)) for _number in range(_CODES)]
    with as_accounts(), transaction.atomic():
        RecoveryCode.objects.filter(account_id=account_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(account_id=account_id, code_hash=_hashed(account_id, code)) for code in codes
        )
        note_event(key, actor=Actor(kind="citizen", id=account_id), action=action)
    return codes


def _try_code(account_id: UUID, code: str, *, confirms: bool) -> bool:
    """Whether the code is the app's and was not used before; it is used then."""
    given = "".join(code.split())
    with as_accounts(), transaction.atomic():
        rows = OneTimePassword.objects.select_for_update().filter(account_id=account_id, confirmed_at__isnull=confirms)
        row = rows.first()
        if row is None:
            return False
        secret = str(get_data_key(account_id).unseal(row.sealed, purpose=_PURPOSE))
        step = _step_of(secret, given, after=row.last_step)
        if step is None:
            return False
        row.last_step = step
        row.confirmed_at = row.confirmed_at or timezone.now()
        row.save(update_fields=["last_step", "confirmed_at"])
    return True


def _step_of(secret: str, given: str, *, after: int) -> int | None:
    """Return the time step whose code this is, if it is near enough and later than the last one used."""
    totp, now = pyotp.TOTP(secret, interval=STEP_SECONDS), int(time.time()) // STEP_SECONDS
    found = None
    for step in range(now - _TOLERATED_STEPS, now + _TOLERATED_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given.encode()) and step > after:
            found = step
    return found


def _use_recovery_code(account_id: UUID, code: str) -> bool:
    given = "-".join(code.upper().replace("-", " ").split())
    with as_accounts():
        rows = RecoveryCode.objects.filter(account_id=account_id, code_hash=_hashed(account_id, given), used_at=None)
        return bool(rows.update(used_at=timezone.now()))


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _letter in range(5))


def _hashed(account_id: UUID, code: str) -> str:
    # 75 random bits: a plain hash is enough.
    return hashlib.sha256(f"{account_id}:{code}".encode()).hexdigest()


def _wrong_code() -> InvalidInput:
    sentence = _("Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten Code Ihrer App.")
    return InvalidInput(sentence, code="wrong_code", data={"fields": {"code": [sentence]}})
