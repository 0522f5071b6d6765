"""Hand a service of the town's own in before its first publication, and send it back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.draft_workflow import clean_note, required_comment
from catalog.local.facts import missing_for_publication
from catalog.local.models import LocalService, LocalState
from catalog.local.policies import can_edit_local_service, can_publish_local_service
from catalog.local.services import lock_service, save_service, tell_local
from tenants.actors import Actor
from tenants.errors import Conflict, InvalidInput
from tenants.staff.policies import require


def submit_local_service(*, actor: Actor, service_id: UUID) -> None:
    """Hand a service in for a second person to publish. Raises: NotAllowed; NotFound; InvalidInput; Conflict."""
    require(can_edit_local_service, actor)
    with transaction.atomic():
        service = lock_service(service_id)
        _require_unpublished(service)
        missing = missing_for_publication(service)
        if missing:
            raise InvalidInput(
                _("Vor dem Veröffentlichen fehlt noch: {fields}.").format(fields=", ".join(missing)),
                data={"missing": missing},
            )
        save_service(actor, service, submitted_by=actor.name, submitted_at=timezone.now(), comment="")
        tell_local(actor, service, "catalog.local.submitted")


def send_back_local_service(*, actor: Actor, service_id: UUID, comment: str) -> None:
    """Give a service back to its authors with a comment. Raises: NotAllowed; NotFound; InvalidInput; Conflict."""
    require(can_publish_local_service, actor)
    comment = required_comment(clean_note(comment))
    with transaction.atomic():
        service = lock_service(service_id)
        _require_unpublished(service)
        save_service(actor, service, submitted_by="", submitted_at=None, comment=comment)
        tell_local(actor, service, "catalog.local.sent_back", comment=comment)


def _require_unpublished(service: LocalService) -> None:
    if service.state == LocalState.PUBLISHED or service.successor_id is not None:
        raise Conflict(_("Diese Leistung ist schon veröffentlicht."), code="published")
