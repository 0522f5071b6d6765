"""What visitors wrote about the umbrellas, for the people of the IT provider that runs their regions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.umbrella.models import UmbrellaFeedback
from federation.umbrella.services import FEEDBACK_BOX
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import NotFound
from tenants.keystore.messages import Message, unreadable
from tenants.operators.selectors import list_onboarding_regions

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class RegionFeedback:
    """One message, opened, as the pages of towns show theirs: `kind_label` is the region. Who did what: the trail."""

    id: UUID
    kind_label: str
    message: str
    page: str
    contact: str
    created_at: datetime
    handled_at: datetime | None
    handled_by: str = ""
    kind: str = "region"


def list_feedback(*, actor: Actor) -> list[RegionFeedback]:
    """Return the newest messages to the actor's regions, open ones first; none for anyone else.

    Raises: ExternalTemporary while the key store is away.
    """
    rows = _own(actor).order_by("handled_at", "-created_at")[:_MOST]
    return sorted(_opened(actor, rows), key=lambda one: one.handled_at is not None)


def get_feedback(*, actor: Actor, feedback_id: UUID) -> RegionFeedback:
    """Return one message. Raises: NotFound, for another provider's region too; ExternalTemporary."""
    found = _opened(actor, _own(actor).filter(id=feedback_id))
    if not found:
        raise _gone()
    return found[0]


def mark_handled(*, actor: Actor, feedback_id: UUID) -> None:
    """Note that somebody took care. Effects: an audit entry, once. Raises: NotFound."""
    with transaction.atomic():
        row = _locked(actor, feedback_id)
        if row.handled_at is None:
            row.handled_at = timezone.now()
            row.save(update_fields=["handled_at"])
            record(actor=actor, action="umbrella.feedback.handled", subject=f"feedback:{row.id}")


def delete_feedback(*, actor: Actor, feedback_id: UUID) -> None:
    """Delete a message and its key for good. Effects: an audit entry. Raises: NotFound; ExternalTemporary."""
    with transaction.atomic():
        row = _locked(actor, feedback_id)
        record(actor=actor, action="umbrella.feedback.deleted", subject=f"feedback:{row.id}")
        FEEDBACK_BOX.destroy(row.id)
        row.delete()


def _own(actor: Actor) -> QuerySet[UmbrellaFeedback]:
    regions = [one.id for one in list_onboarding_regions(actor=actor)]
    return UmbrellaFeedback.objects.filter(region_id__in=regions)


def _locked(actor: Actor, feedback_id: UUID) -> UmbrellaFeedback:
    row = _own(actor).select_for_update().filter(id=feedback_id).first()
    if row is None:
        raise _gone()
    return row


def _opened(actor: Actor, found: Iterable[UmbrellaFeedback]) -> list[RegionFeedback]:
    rows = list(found)
    names = {one.id: one.name for one in list_onboarding_regions(actor=actor)}
    opened = FEEDBACK_BOX.unseal({row.id: row.sealed for row in rows if row.sealed is not None})
    return [_info(row, opened.get(row.id) or _unsealed(row), names[row.region_id]) for row in rows]


def _unsealed(row: UmbrellaFeedback) -> Message:
    """Return a message of the release before, which waits for its key, or say that there is none any more."""
    if row.sealed is None:
        return Message(text=row.message or "", page=row.page or "", contact=row.email or "")
    return Message(text=unreadable(), page="", contact="")


def _info(row: UmbrellaFeedback, said: Message, region_name: str) -> RegionFeedback:
    return RegionFeedback(
        id=row.id,
        kind_label=region_name,
        message=said.text,
        page=said.page,
        contact=said.contact,
        created_at=row.created_at,
        handled_at=row.handled_at,
    )


def _gone() -> NotFound:
    return NotFound(_("Diese Rückmeldung gibt es nicht mehr."))
