"""The home of own values: drafts that become deviations from what lies above."""

from __future__ import annotations

from uuid import UUID

from catalog.decisions.above import digest_of, resolve_above
from catalog.decisions.homes import Home, Live, Place, Publication
from catalog.decisions.models import Adoption, Override
from catalog.decisions.services import set_override
from catalog.decisions.states import DecisionState, state_of
from catalog.decisions.town import current_town, profile_of
from catalog.decisions.validation import locked_conflict, require_adaptable
from catalog.resolution.decide import decide
from catalog.resolution.values import FieldKey, Json
from catalog.services import selectors as shared
from catalog.services.validation import clean_value
from tenants.actors import Actor


class OverrideHome:
    """Own values of shared services."""

    subject = "service"

    def look(self, place: Place) -> Live:
        """Return the own value and what lies above it, in four queries. Raises: NotFound; Conflict."""
        service, town, key = shared.get_service_by_id(place.service_id), current_town(), place.key
        stored = Adoption.objects.filter(service_id=place.service_id).first()
        state = state_of(stored) if stored else DecisionState()
        require_adaptable(decide(service.head, profile_of(town), state.row).kind)
        above = resolve_above(service, key, town=town, pinned_version=state.pinned_version)
        if above.locked_by is not None:
            raise locked_conflict(key.field, above.locked_by)
        named = {"service_id": place.service_id, "field": key.field, "language": key.language}
        row = Override.objects.filter(**named).first()
        return Live(row.version if row else 0, row.value if row else None, digest_of(above), above.value)

    def clean(self, key: FieldKey, value: object) -> Json:
        """Return a value as it is stored; None leaves the field empty on purpose. Raises: InvalidInput."""
        return clean_value(key.field, key.language, value)

    def asks_second_person(self, service_id: UUID) -> bool:
        """Own values of shared services are seen at once."""
        return True

    def publish(self, *, actor: Actor, what: Publication) -> None:
        """Make it the own value. Raises: NotAllowed; NotFound; Conflict."""
        set_override(
            actor=actor,
            service_id=what.place.service_id,
            field=what.place.key.field,
            language=what.place.key.language,
            value=what.value,
            expected_version=what.ground.version,
            seen_above=what.ground.above,
            cause=what.cause,
            written=what.written,
        )


OVERRIDES: Home = OverrideHome()
