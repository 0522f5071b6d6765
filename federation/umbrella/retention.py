"""Messages to the regions go when their period is over, and with each its key."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from federation.umbrella.models import UmbrellaFeedback
from federation.umbrella.services import FEEDBACK_BOX
from shared_services.portal.periods import handled_before, received_before
from tenants.actors import system_actor
from tenants.audit.services import record
from tenants.context import as_operator
from tenants.keystore.messages import Message


def forget_of_regions(today: dt.date) -> int:
    """Delete the messages whose period is over, and return how many; seal what the release before has written.

    Idempotent. Effects: keys are destroyed; one audit entry with the number. Raises: ExternalTemporary.
    """
    is_over = Q(handled_at__lt=handled_before(today)) | Q(handled_at=None, created_at__lt=received_before(today))
    with as_operator(), transaction.atomic():
        rows = list(UmbrellaFeedback.objects.select_for_update().filter(is_over))
        for row in rows:
            FEEDBACK_BOX.destroy(row.id)
            row.delete()
        if rows:
            record(
                actor=system_actor("Aufbewahrungsfristen"),
                action="umbrella.feedback.forgotten",
                subject="feedback",
                data={"count": len(rows)},
            )
        _seal_plain()
    return len(rows)


def _seal_plain() -> None:
    for row in UmbrellaFeedback.objects.select_for_update().filter(sealed=None):
        message = Message(text=row.message or "", page=row.page or "", contact=row.email or "")
        row.sealed = FEEDBACK_BOX.seal(row.id, message)
        row.message = row.page = row.email = None
        row.save(update_fields=["sealed", "message", "page", "email"])
