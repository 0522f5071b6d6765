"""Write a mail into the transaction of what it tells; a worker delivers it after commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.context import as_projector, current_identity
from tenants.errors import InvalidInput
from tenants.ids import uuid7
from tenants.mail.content import Compose, render
from tenants.mail.envelopes import Envelope, destroy_old_keys, seal_envelope
from tenants.mail.models import MailProblem, MailState, OutgoingMail
from tenants.mail.senders import Sender

DEFAULT_LIFETIME: Final = timedelta(days=2)
_wake: list[Callable[[], object]] = []


def on_mail(wake: Callable[[], object]) -> None:
    """Register what wakes the delivery once a transaction with mails has committed."""
    _wake.append(wake)


def can_send_mail() -> bool:
    """Whether this deployment has a mail server."""
    return bool(settings.VERBUND_MAIL)


def send_mail_later(
    *,
    kind: str,
    key: str,
    to: str,
    compose: Compose,
    sender: Sender,
    language: str = "de",
    lifetime: timedelta = DEFAULT_LIFETIME,
    unsubscribe_url: str = "",
) -> bool:
    """Write a mail to one person into the running transaction; return whether this deployment sends mail at all.

    `kind` names what it is, without personal data. `key` names the occasion: a second mail of the same writer with the
    same key is none, as long as the first is remembered (`VERBUND_MAIL_KEEP_DAYS`). `compose` runs in `language`. After
    `lifetime` a mail that nobody took is given up: choose it so that what it says still holds.

    Effects: wakes the delivery after commit.
    Raises: InvalidInput for an address that is none, and for line breaks in what becomes a header; ExternalTemporary
    when the key store is away.
    """
    identity = current_identity()
    if identity is None:
        message = "mail is written inside in_tenant, as_operator, as_editor, as_accounts or as_umbrella"
        raise RuntimeError(message)
    if not can_send_mail():
        return False
    rendered = render(
        compose,
        language=language,
        sender_name=sender.name,
        home_url=sender.home_url,
        unsubscribe_url=unsubscribe_url,
    )
    for value in (to, sender.name, sender.reply_to, rendered.subject, unsubscribe_url):
        _require_one_line(value)
    require_address(to)
    mail_id, expires_at = uuid7(), timezone.now() + lifetime
    envelope = Envelope(to, rendered.subject[:300], rendered.text, rendered.html, unsubscribe_url)
    mail = OutgoingMail(
        id=mail_id,
        owner_role=identity.role,
        tenant_id=sender.tenant_id,
        region=sender.region,
        key=key,
        kind=kind,
        language=language,
        sender_name=sender.name,
        reply_to=sender.reply_to,
        sealed=seal_envelope(envelope, mail_id=mail_id, expires_at=expires_at),
        expires_at=expires_at,
    )
    # The writer may not read the table, so it can't ask whether the key is there: the database keeps it once.
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    _wake_after_commit()
    return True


def forget_old(*, keep_days: int) -> int:
    """Delete mails that are done, and problems, older than so many days; return how many mails.

    Their keys count no longer then. The data keys of days that are over are destroyed.
    """
    before = timezone.now() - timedelta(days=keep_days)
    with as_projector(), transaction.atomic():
        done = OutgoingMail.objects.exclude(state=MailState.WAITING).filter(done_at__lt=before)
        deleted, _rows = done.delete()
        MailProblem.objects.filter(at__lt=before).delete()
    destroy_old_keys(today=timezone.now().date())
    return deleted


def _wake_after_commit() -> None:
    waiting = {entry[1] for entry in connection.run_on_commit}
    for wake in _wake:
        if wake not in waiting:
            transaction.on_commit(wake, robust=True)


def _require_one_line(value: str) -> None:
    if any(ord(char) < 32 or ord(char) == 127 or char in "\x85\u2028\u2029" for char in value):
        raise InvalidInput(
            _("Betreff, Name und Adressen einer E-Mail stehen in einer Zeile. Entfernen Sie Zeilenumbrüche."),
            code="header_injection",
        )


def require_address(address: str) -> None:
    """Raises: InvalidInput unless this is an e-mail address."""
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise InvalidInput(_("Das ist keine E-Mail-Adresse. Prüfen Sie die Eingabe."), code="bad_address") from wrong
