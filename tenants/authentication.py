"""Sign-in with e-mail and password, the same for every kind of account; each app names its own table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tenants.accounts import AbstractAccount, AccountInfo, normal_email
from tenants.actors import ANONYMOUS
from tenants.audit.services import record
from tenants.passwords import is_password_of

AccountT = TypeVar("AccountT", bound=AbstractAccount)


def email_fingerprint(email: str) -> str:
    """Return a keyed short hash: attempts on one address can be told apart in the audit trail, but not read.

    People type passwords into the wrong field, so nothing of the text itself is kept.
    """
    return salted_hmac("tenants.authentication.email", normal_email(email), algorithm="sha256").hexdigest()[:16]


def authenticate(
    *, accounts: QuerySet[AccountT], email: str, password: str, info: Callable[[AccountT], AccountInfo]
) -> AccountInfo | None:
    """Return the active account with this e-mail and password, or None; the reason is nobody's business.

    Effects: an audit entry either way, the time of sign-in, and a fresh hash when its parameters have grown.
    """
    account = accounts.filter(email=normal_email(email)).first()
    if not is_password_of(account, password) or account is None or not account.is_active:
        _note_failure(email=email, account=info(account) if account else None)
        return None
    found = info(account)
    with transaction.atomic():
        accounts.filter(id=account.id).update(last_login=timezone.now())
        record(actor=found.as_actor(), action="auth.signed_in", subject=found.subject)
    return found


def _note_failure(*, email: str, account: AccountInfo | None) -> None:
    known = account is not None
    with transaction.atomic():
        record(
            actor=ANONYMOUS,
            action="auth.failed",
            subject=account.subject if account else "",
            data={"known": known, "email_fingerprint": email_fingerprint(email)},
        )
