"""Find the row of a draft and hold it, for whoever writes into it or takes it a step further.

Inside a transaction as the editors' role: two who write one draft wait here for each other.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.editing.errors import closed_for_writing, refused, wrong_state
from catalog.editing.heads import home_of
from catalog.editing.models import OPEN_STATES, Draft
from catalog.editing.places import Scope
from catalog.editing.policies import can_start_draft, can_write_draft
from catalog.services.models import Service, State
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import NotFound


def get_open_draft_row(draft_id: UUID) -> Draft:
    """Return an open draft, locked for the running transaction. Raises: NotFound; Conflict for one that is closed."""
    draft = Draft.objects.select_for_update().filter(id=draft_id).first()
    if draft is None:
        raise NotFound(_("Diesen Entwurf gibt es nicht."))
    if draft.state not in OPEN_STATES:
        raise wrong_state(draft)
    return draft


def locked_draft(actor: Actor, service_id: UUID, scope: Scope) -> Draft:
    """Return the open draft of a layer, locked for the running transaction; a new one if there is none.

    Raises: NotAllowed; NotFound.
    """
    if not can_start_draft(actor, scope):
        raise refused()
    service = Service.objects.filter(id=service_id).first()
    is_public = service is not None and service.state in {State.PUBLISHED, State.ARCHIVED}
    if service is None or not (is_public or can_start_draft(actor, home_of(service))):
        raise NotFound(_("Diese Leistung gibt es nicht."))
    named = {"service_id": service_id, "layer": scope.layer.value, "area": scope.area}
    while True:
        # Two who begin at once: the unique key lets one in, the other finds that one's row.
        found, is_new = Draft.objects.filter(state__in=OPEN_STATES).get_or_create(
            **named, defaults={"edited_at": timezone.now(), "created_by": actor.name}
        )
        if is_new:
            record(actor=actor, action="catalog.draft.started", subject=f"service:{service_id}", data=where_of(found))
        draft = Draft.objects.select_for_update().get(id=found.id)
        # Published or discarded while this waited for the lock: what comes now begins the next draft.
        if draft.state in OPEN_STATES:
            return draft


def require_writable(actor: Actor, draft: Draft) -> None:
    """Raises: Conflict or NotAllowed for a draft that the actor may not change in its present state."""
    if draft.state not in OPEN_STATES:
        raise wrong_state(draft)
    if not can_write_draft(actor, draft):
        raise closed_for_writing(draft)


def where_of(draft: Draft) -> dict[str, object]:
    return {"layer": draft.layer, "area": draft.area}
