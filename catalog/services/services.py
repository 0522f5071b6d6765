"""Write the shared catalogue. Content files are loaded by `catalog.services.content`."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services.events import tell_services_changed
from catalog.services.models import Service, State
from catalog.services.policies import can_publish_service, refuse
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.generations import touch_catalogue


def set_service_state(*, actor: Actor, service_id: UUID, state: State) -> None:
    """Publish, withdraw or archive a service. What is not published is gone from every page and search at once.

    Raises: NotAllowed; NotFound.
    """
    if not can_publish_service(actor):
        raise refuse()
    with as_operator(), transaction.atomic():
        service = Service.objects.select_for_update().filter(id=service_id).first()
        if service is None:
            raise NotFound(_("Diese Leistung gibt es nicht."))
        before, service.state = service.state, state
        if state == State.PUBLISHED and service.published_at is None:
            service.published_at = timezone.now()
        service.save(update_fields=["state", "published_at"])
        data = {"before": before, "after": state}
        record(actor=actor, action="catalog.service.state", subject=f"service:{service_id}", data=data)
        tell_services_changed([service_id])
        touch_catalogue()
