"""A second factor that the person sets up here: one-time passwords by an app, and codes for the day it is lost.

It proves two factors and no more: it never raises the trust level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.alerts import FactorChange, tell_factor_changed, tell_factor_locked
from shared_services.accounts.events import note_event
from shared_services.accounts.models import OneTimePassword, Passkey, RecoveryCode
from tenants.actors import ANONYMOUS, Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput
from tenants.keystore.sealing import ensure_data_key, get_data_key
from tenants.mail.senders import Sender
from tenants.onetimepasswords import (
    STEP_SECONDS,
    address_of,
    hash_recovery_code,
    new_recovery_codes,
    new_secret,
    step_of,
    wrong_code,
)

__all__ = ("STEP_SECONDS", "address_of")

_PURPOSE: Final = "accounts.totp"


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
    key, secret = ensure_data_key(account_id), new_secret()
    with as_accounts(), transaction.atomic():
        row = OneTimePassword.objects.select_for_update().filter(account_id=account_id).first()
        if row is not None and row.confirmed_at is not None:
            raise InvalidInput(_("Es ist schon eine App eingerichtet. Entfernen Sie sie zuerst."), code="totp_exists")
        OneTimePassword.objects.update_or_create(
            account_id=account_id, defaults={"sealed": key.seal(secret, purpose=_PURPOSE), "last_step": 0}
        )
    return address_of(secret, issuer=issuer, label=label)


def get_waiting_secret(account_id: UUID) -> str:
    """Return the secret that waits for its first code, for whoever types it in; empty when none waits."""
    with as_accounts():
        row = OneTimePassword.objects.filter(account_id=account_id, confirmed_at=None).first()
    return str(get_data_key(account_id).unseal(row.sealed, purpose=_PURPOSE)) if row else ""


def finish_setup(*, account_id: UUID, code: str, sender: Sender) -> list[str]:
    """Take the app into use with its first code, and return new recovery codes, which are shown this once: all or none.

    Effects: an entry "factor.app_added", a mail to the owner.
    Raises: InvalidInput (field `code`).
    """
    with as_accounts(), transaction.atomic():
        if not _try_code(account_id, code, confirms=True):
            raise wrong_code()
        return renew_recovery_codes(account_id=account_id, sender=sender, change="app_added")


def check_code(*, account_id: UUID, code: str, sender: Sender) -> None:
    """Accept a code of the app, or a recovery code; each works once.

    Effects: for a recovery code an entry "factor.code_used" and a mail to the owner; an entry "factor.code_refused" for
    one that does not count: somebody knows the password.
    Raises: InvalidInput (field `code`).
    """
    if _try_code(account_id, code, confirms=False) or _use_recovery_code(account_id, code, sender=sender):
        return
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        note_event(key, actor=ANONYMOUS, action="factor.code_refused")
    raise wrong_code()


def note_lock(*, account_id: UUID, sender: Sender) -> None:
    """Note that wrong codes have closed the second step for a while. Whoever typed them knows the password.

    Effects: an entry "factor.locked", a mail to the owner.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        note_event(key, actor=ANONYMOUS, action="factor.locked")
        tell_factor_locked(account_id, sender=sender)


def remove_app(*, account_id: UUID, sender: Sender) -> None:
    """Remove the app; its recovery codes go, too, unless passkeys still need them.

    Effects: an entry "factor.app_removed" and a mail to the owner, if there was one.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        was_in_use = OneTimePassword.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()
        OneTimePassword.objects.filter(account_id=account_id).delete()
        if not Passkey.objects.filter(account_id=account_id).exists():
            RecoveryCode.objects.filter(account_id=account_id).delete()
        if was_in_use:
            note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.app_removed")
            tell_factor_changed(account_id, change="app_removed", sender=sender)


def renew_recovery_codes(*, account_id: UUID, sender: Sender, change: FactorChange = "codes_renewed") -> list[str]:
    """Make new recovery codes in the place of the old ones, and return them for their only show.

    Effects: an entry that names the change, a mail to the owner.
    """
    key = get_data_key(account_id)
    codes = new_recovery_codes()
    with as_accounts(), transaction.atomic():
        RecoveryCode.objects.filter(account_id=account_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(account_id=account_id, code_hash=hash_recovery_code(account_id, code)) for code in codes
        )
        note_event(key, actor=Actor(kind="citizen", id=account_id), action=f"factor.{change}")
        tell_factor_changed(account_id, change=change, sender=sender)
    return codes


def _try_code(account_id: UUID, code: str, *, confirms: bool) -> bool:
    """Whether the code is the app's and was not used before; it is used then."""
    with as_accounts(), transaction.atomic():
        rows = OneTimePassword.objects.select_for_update().filter(account_id=account_id, confirmed_at__isnull=confirms)
        row = rows.first()
        if row is None:
            return False
        secret = str(get_data_key(account_id).unseal(row.sealed, purpose=_PURPOSE))
        step = step_of(secret, code, after=row.last_step)
        if step is None:
            return False
        row.last_step = step
        row.confirmed_at = row.confirmed_at or timezone.now()
        row.save(update_fields=["last_step", "confirmed_at"])
    return True


def _use_recovery_code(account_id: UUID, code: str, *, sender: Sender) -> bool:
    hashed, key = hash_recovery_code(account_id, code), get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        rows = RecoveryCode.objects.filter(account_id=account_id, code_hash=hashed, used_at=None)
        if not rows.update(used_at=timezone.now()):
            return False
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="factor.code_used")
        tell_factor_changed(account_id, change="code_used", sender=sender)
    return True
