"""Approve a service as right in substance (XZuFi: fachlich freigegeben am), beside publishing it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import four_eyes_needed, refused
from catalog.editing.heads import home_of
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope
from catalog.editing.policies import can_approve, is_four_eyes_kept
from catalog.editing.rules import wants_four_eyes
from catalog.services.events import tell_services_changed
from catalog.services.models import Service, State
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.registry.generations import touch_catalogue


def approve_service(*, actor: Actor, service_id: UUID, approved_at: dt.date | None = None) -> None:
    """Say that a published service is right in substance, today or since an earlier day.

    Raises: NotAllowed without the right to publish where the service began, or where four eyes are asked for and the
    actor has written on what was published there last; NotFound; InvalidInput for a day to come; Conflict for a service
    that is not published.
    """
    day = approved_at or timezone.localdate()
    if day > timezone.localdate():
        message = _("Das Datum liegt in der Zukunft. Geben Sie den Tag an, an dem geprüft wurde.")
        raise InvalidInput(message, data={"fields": {"approved_at": [message]}})
    with as_editor(), transaction.atomic():
        service = Service.objects.select_for_update().filter(id=service_id).first()
        if service is None:
            raise NotFound(_("Diese Leistung gibt es nicht."))
        home = home_of(service)
        if not can_approve(actor, home):
            raise refused()
        if service.state != State.PUBLISHED:
            raise Conflict(_("Freigeben können Sie nur, was veröffentlicht ist."), code="service_state")
        if wants_four_eyes(home) and not _is_other_than_author(actor, service, home):
            raise four_eyes_needed()
        note_approval(service, actor=actor, day=day)
        service.save(update_fields=["approved_at", "approved_by"])
        tell_services_changed([service_id])
        touch_catalogue()


def note_approval(service: Service, *, actor: Actor, day: dt.date) -> None:
    """Put the approval into the row of a service, unsaved, and into the audit trail."""
    data = {"before": service.approved_at.isoformat() if service.approved_at else None, "after": day.isoformat()}
    service.approved_at, service.approved_by = day, actor.name
    record(actor=actor, action="catalog.service.approved", subject=f"service:{service.id}", data=data)


def approval_day(actor: Actor, draft: DraftInfo) -> dt.date | None:
    """Return today where publishing a draft approves it: somebody else than its authors has looked at it."""
    return timezone.localdate() if is_four_eyes_kept(actor, draft, is_on=True) else None


def _is_other_than_author(actor: Actor, service: Service, home: Scope) -> bool:
    published = Draft.objects.filter(
        service=service, layer=home.layer.value, area=home.area, state=DraftState.PUBLISHED
    )
    last = published.order_by("-closed_at").first()
    return last is None or is_four_eyes_kept(actor, draft_info(last), is_on=True)
