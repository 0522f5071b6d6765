"""How mails to the staff of a town go out: in the town's name and the person's language."""

from __future__ import annotations

import datetime as dt

from tenants.accountmails import mail_language
from tenants.mail.content import Compose
from tenants.mail.senders import town_sender
from tenants.mail.services import DEFAULT_LIFETIME, send_mail_later
from tenants.staff.models import StaffAccount


def send_to(
    account: StaffAccount, *, kind: str, key: str, compose: Compose, lifetime: dt.timedelta = DEFAULT_LIFETIME
) -> None:
    """Write to somebody on the staff, once for each `key` of a kind, in the running transaction."""
    send_mail_later(
        kind=kind,
        key=f"{kind}:{key}",
        to=account.email,
        compose=compose,
        sender=town_sender(),
        language=mail_language(account.language),
        lifetime=lifetime,
    )
