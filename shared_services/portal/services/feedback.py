"""Messages of visitors: about a pilot portal, and about barriers."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.portal.kinds import FeedbackKind
from shared_services.portal.models import Feedback
from shared_services.portal.policies import can_read_feedback, can_submit_feedback
from shared_services.portal.retention import note_handled, note_received
from shared_services.portal.sealed import box
from shared_services.portal.services.changes import refuse
from shared_services.portal.texts import current_language
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import NotFound
from tenants.ids import uuid7
from tenants.keystore.messages import Message
from tenants.limits import check_limit
from tenants.staff.policies import require

MESSAGE_LENGTH: Final = 4000
PAGE_LENGTH: Final = 300
LIMIT: Final = 5
WINDOW_SECONDS: Final = 3600


def submit_feedback(
    *, actor: Actor, kind: str, message: str, page: str = "", contact: str = "", caller_key: str
) -> UUID:
    """Keep a visitor's message. `caller_key` says who for the rate limit (`tenants.addresses.address_key`).

    The audit entry names kind and id only: what people write is theirs.
    Raises: InvalidInput (fields `kind`, `message`, `page`, `contact`); TooManyRequests after 5 messages in an hour;
    ExternalTemporary when the key store is away.
    """
    require(can_submit_feedback, actor)
    message, page, contact = message.replace("\r\n", "\n").strip(), page.strip(), contact.strip()
    refuse(_errors(kind=kind, message=message, page=page, contact=contact))
    check_limit("portal.feedback", caller_key, limit=LIMIT, window_seconds=WINDOW_SECONDS)
    feedback_id = uuid7()
    sealed = box().seal(feedback_id, Message(text=message, page=page, contact=contact))
    with transaction.atomic():
        row = Feedback.objects.create(id=feedback_id, kind=kind, sealed=sealed, language=current_language())
        note_received()
        record(actor=actor, action="portal.feedback.received", subject=f"feedback:{row.id}", data={"kind": kind})
    return row.id


def mark_feedback_handled(*, actor: Actor, feedback_id: UUID) -> None:
    """Note that somebody took care of a message; twice is once. Raises: NotAllowed; NotFound."""
    require(can_read_feedback, actor)
    with transaction.atomic():
        row = _locked(feedback_id)
        if row.handled_at is None:
            row.handled_at, row.handled_by = timezone.now(), actor.name
            row.save(update_fields=["handled_at", "handled_by"])
            note_handled()
            record(actor=actor, action="portal.feedback.handled", subject=f"feedback:{row.id}")


def delete_feedback(*, actor: Actor, feedback_id: UUID) -> None:
    """Delete a message and its key for good, as the privacy notice promises.

    Raises: NotAllowed; NotFound; ExternalTemporary when the key store is away.
    """
    require(can_read_feedback, actor)
    with transaction.atomic():
        row = _locked(feedback_id)
        record(actor=actor, action="portal.feedback.deleted", subject=f"feedback:{row.id}")
        box().destroy(row.id)
        row.delete()


def _locked(feedback_id: UUID) -> Feedback:
    row = Feedback.objects.select_for_update().filter(id=feedback_id).first()
    if row is None:
        raise NotFound(_("Diese Rückmeldung gibt es nicht mehr."))
    return row


def _errors(*, kind: str, message: str, page: str, contact: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if kind not in FeedbackKind.values:
        errors["kind"] = [_("Wählen Sie, worum es geht.")]
    if not message:
        errors["message"] = [_("Schreiben Sie uns, was Ihnen aufgefallen ist.")]
    for name, text, limit in (("message", message, MESSAGE_LENGTH), ("page", page, PAGE_LENGTH)):
        if len(text) > limit:
            errors[name] = [_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=limit)]
    if contact and not _is_email(contact):
        errors["contact"] = [_("Geben Sie eine gültige E-Mail-Adresse ein oder lassen Sie das Feld leer.")]
    return errors


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
