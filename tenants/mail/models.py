"""Mails on their way, and those that did not arrive."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from tenants.ids import uuid7
from tenants.mail.envelopes import Envelope, open_envelope


class MailState(models.TextChoices):
    """Where a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"


class OutgoingMail(models.Model):
    """One mail to one person, written in the transaction of what it tells.

    `owner_role` is the writer's own role: row-level security checks it. `key` names the occasion, once for each writer.
    `next_attempt_at` is also the lease of the worker that is at it. `sealed` is the envelope: address, subject, text.
    Once a mail is done it is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    region = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    sender_name = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(blank=True)
    sealed = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_answer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner_role", "key"], name="outgoingmail_once_per_key"),)
        indexes = (
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="waiting"), name="outgoingmail_waiting"),
        )

    def __str__(self) -> str:
        return self.kind

    @cached_property
    def envelope(self) -> Envelope:
        """What it says and to whom. Raises: Unreadable when it is done or its day is over; ExternalTemporary."""
        return open_envelope(self.sealed, mail_id=self.id, expires_at=self.expires_at)


class MailProblem(models.Model):
    """A mail that will not arrive, for those who run the deployment: what it was, what was said, and no address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField(null=True, blank=True)
    region = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=60)
    recipient_domain = models.CharField(max_length=253)
    code = models.CharField(max_length=20)
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
