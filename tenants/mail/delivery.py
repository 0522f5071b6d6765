"""Hand waiting mails to the mail server.

At least once: a worker that dies after the server said yes and before the row says so hands the mail over again, with
the same Message-ID, by which servers and mail programs know it. No transaction is open while the network is waited for:
a mail is taken for as long as its lease runs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tenants.context import as_projector
from tenants.errors import DomainError
from tenants.mail.answers import Answer, judge
from tenants.mail.models import MailProblem, MailState, OutgoingMail

log = structlog.get_logger(__name__)

_BATCH: Final = 20
# Longer than a run and its last mail, each of whose few commands has the time-out of the settings.
_LEASE: Final = timedelta(minutes=10)
_RUN_SECONDS: Final = 120.0
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_EMPTIED: Final = {"sealed": b""}


@dataclass(slots=True)
class Delivered:
    """What one run came to."""

    sent: int = 0
    refused: int = 0
    postponed: int = 0
    is_server_down: bool = False

    @property
    def total(self) -> int:
        """Mails that were touched."""
        return self.sent + self.refused + self.postponed


def deliver_due() -> Delivered:
    """Send the mails whose time has come, over one connection, until none waits, the server fails, or time is up.

    Several workers share the work. A mail that the server refuses for good, or that nobody took in its lifetime, is
    noted as a problem for the operators.
    """
    done, end = Delivered(), time.monotonic() + _RUN_SECONDS
    with as_projector():
        _give_up_expired()
        connection = get_connection(fail_silently=False)
        try:
            while not done.is_server_down and (batch := _claim()):
                _deliver(batch, connection, done=done, end=end)
                if time.monotonic() >= end:
                    break
        finally:
            connection.close()
    return done


def _claim() -> list[OutgoingMail]:
    """Take some mails that are due, so that no other worker does until the lease ends."""
    now = timezone.now()
    with transaction.atomic():
        due = OutgoingMail.objects.filter(state=MailState.WAITING, next_attempt_at__lte=now, expires_at__gt=now)
        batch = list(due.order_by("next_attempt_at").select_for_update(skip_locked=True)[:_BATCH])
        ids = [mail.id for mail in batch]
        taken = OutgoingMail.objects.filter(id__in=ids)
        taken.update(next_attempt_at=now + _LEASE, attempts=F("attempts") + 1)
    return batch


def _deliver(batch: list[OutgoingMail], connection: BaseEmailBackend, *, done: Delivered, end: float) -> None:
    for mail in batch:
        if done.is_server_down or time.monotonic() >= end:
            _put_back(mail)
            continue
        answer = hand_over(mail, connection)
        if answer is None:
            _finish(mail, MailState.SENT)
            done.sent += 1
        elif answer.verdict == "refused":
            _refuse(mail, answer)
            done.refused += 1
        else:
            _postpone(mail, answer)
            done.postponed += 1
            done.is_server_down = answer.verdict == "trouble"
            if done.is_server_down:
                log.warning("mail.server_trouble", code=answer.code)


def hand_over(mail: OutgoingMail, connection: BaseEmailBackend) -> Answer | None:
    """Give one mail to the server; return None when it took it."""
    try:
        connection.open()
        connection.send_messages([to_message(mail)])
    except Exception as problem:
        # What state the conversation is in nobody knows: the next mail begins a new one.
        connection.close()
        answer = judge(problem)
        if answer is None:
            raise
        return answer
    return None


def to_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message of a mail: from the portal by name, marked as sent by a program, always the same id."""
    address, envelope = parseaddr(settings.DEFAULT_FROM_EMAIL)[1], mail.envelope
    headers = {
        "Message-ID": f"<{mail.id}@{address.rpartition('@')[2]}>",
        # RFC 3834: no out-of-office answers.
        "Auto-Submitted": "auto-generated",
        "Content-Language": mail.language,
    }
    if envelope.unsubscribe_url:
        # RFC 8058: a mail program unsubscribes by one POST.
        headers["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=envelope.subject,
        body=envelope.text,
        from_email=formataddr((mail.sender_name, address)),
        to=[envelope.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
    )
    message.attach_alternative(envelope.html, "text/html")
    return message


def _finish(mail: OutgoingMail, state: MailState, **changes: object) -> None:
    row = OutgoingMail.objects.filter(id=mail.id)
    row.update(state=state, done_at=timezone.now(), **_EMPTIED, **changes)


def _refuse(mail: OutgoingMail, answer: Answer) -> None:
    log.warning("mail.refused", kind=mail.kind, code=answer.code)
    with transaction.atomic():
        _finish(mail, MailState.REFUSED, last_answer=f"{answer.code} {answer.said}"[:300])
        _note_problem(mail, code=answer.code, said=answer.said)


def _postpone(mail: OutgoingMail, answer: Answer) -> None:
    wait = min(_FIRST_WAIT * 4 ** min(mail.attempts, 6), _LONGEST_WAIT)
    OutgoingMail.objects.filter(id=mail.id).update(
        next_attempt_at=timezone.now() + wait, last_answer=f"{answer.code} {answer.said}"[:300]
    )


def _put_back(mail: OutgoingMail) -> None:
    """Leave a mail that was taken and not tried to the next run."""
    OutgoingMail.objects.filter(id=mail.id).update(next_attempt_at=timezone.now() + _FIRST_WAIT, attempts=mail.attempts)


def _give_up_expired() -> None:
    """Note the mails that nobody took in their lifetime."""
    with transaction.atomic():
        late = OutgoingMail.objects.filter(state=MailState.WAITING, expires_at__lte=timezone.now())
        for mail in late.order_by("id").select_for_update(skip_locked=True)[:500]:
            _finish(mail, MailState.EXPIRED)
            _note_problem(mail, code="expired", said=mail.last_answer)


def _note_problem(mail: OutgoingMail, *, code: str, said: str) -> None:
    MailProblem.objects.create(
        tenant_id=mail.tenant_id,
        region=mail.region,
        kind=mail.kind,
        recipient_domain=_domain(mail)[:253],
        code=code[:20],
        said=said[:300],
    )


def _domain(mail: OutgoingMail) -> str:
    try:
        return mail.envelope.recipient.rpartition("@")[2]
    except DomainError:  # nobody can read it any more, or not now
        return ""
