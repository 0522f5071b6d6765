"""The home of texts of the town's own services: what drafts of them become."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from catalog.decisions.homes import Home, Live, Place, Publication
from catalog.local.models import LocalService, LocalState, LocalValue
from catalog.local.services import clean_local_value, set_local_value
from catalog.resolution.values import FieldKey, Json
from tenants.actors import Actor
from tenants.errors import NotFound


class LocalHome:
    """Texts of the town's own services; nothing lies above them."""

    subject = "local"

    def look(self, place: Place) -> Live:
        """Return the text. Raises: NotFound."""
        if not LocalService.objects.filter(id=place.service_id).exists():
            raise NotFound(_("Diese Leistung gibt es nicht mehr. Gehen Sie zur Liste der eigenen Leistungen."))
        named = {"service_id": place.service_id, "field": place.key.field, "language": place.key.language}
        row = LocalValue.objects.filter(**named).first()
        return Live(row.version, row.value) if row else Live()

    def clean(self, key: FieldKey, value: object) -> Json:
        """Return a text as it is stored; None takes it away. Raises: InvalidInput."""
        return clean_local_value(key.field, key.language, value)

    def asks_second_person(self, service_id: UUID) -> bool:
        """Before its publication a service is approved as a whole."""
        return LocalService.objects.filter(id=service_id, state=LocalState.PUBLISHED).exists()

    def publish(self, *, actor: Actor, what: Publication) -> None:
        """Make it the text of the service. Raises: NotAllowed; NotFound; Conflict."""
        set_local_value(
            actor=actor,
            service_id=what.place.service_id,
            field=what.place.key.field,
            language=what.place.key.language,
            value=what.value,
            expected_version=what.ground.version,
            cause=what.cause,
            written=what.written,
        )


LOCAL_TEXTS: Home = LocalHome()
