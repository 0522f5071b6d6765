"""One-time passwords by an app (RFC 6238) and recovery codes: the arithmetic, the same for every kind of account.

Who keeps the secret, and that none works twice, is the business of each table: citizens' in `shared_services.accounts`,
staff's, operators' and editors' in `tenants.factors`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Final
from uuid import UUID

import pyotp
from django.utils.translation import gettext as _

from tenants.errors import InvalidInput

STEP_SECONDS: Final = 30
# The clocks of phones go wrong by some seconds: the step before and after count, too.
_TOLERATED_STEPS: Final = 1
_CODES: Final = 10
_WORDS: Final = 3
_LETTERS: Final = 5
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_secret() -> str:
    """Return a secret of 160 random bits, as apps read it."""
    return pyotp.random_base32()


def address_of(secret: str, *, issuer: str, label: str) -> str:
    """Return a secret as the address that apps read from a picture (`otpauth://…`)."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=label, issuer_name=issuer)


def step_of(secret: str, given: str, *, after: int) -> int | None:
    """Return the time step whose code this is, if it is near enough and later than the last one used."""
    code = "".join(given.split()).encode()
    totp, now = pyotp.TOTP(secret, interval=STEP_SECONDS), int(time.time()) // STEP_SECONDS
    found = None
    for step in range(now - _TOLERATED_STEPS, now + _TOLERATED_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code) and step > after:
            found = step
    return found


def is_code_of_app(given: str) -> bool:
    """Whether what was typed can be an app's code, which are digits; a recovery code has letters."""
    return "".join(given.split()).isdigit()


def new_recovery_codes() -> list[str]:
    """Return codes for the day on which the app is lost; each is 75 random bits in letters that no one mistakes."""
    return ["-".join(_word() for _part in range(_WORDS)) for _number in range(_CODES)]


def hash_recovery_code(owner: UUID, code: str) -> str:
    """Return what is stored of a code, however it was typed. It is random, so a plain hash is enough."""
    normal = "-".join(code.upper().replace("-", " ").split())
    return hashlib.sha256(f"{owner}:{normal}".encode()).hexdigest()


def wrong_code() -> InvalidInput:
    """Return the one answer to every code that does not count (field `code`)."""
    sentence = _("Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten Code Ihrer App.")
    return InvalidInput(sentence, code="wrong_code", data={"fields": {"code": [sentence]}})


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _letter in range(_LETTERS))
