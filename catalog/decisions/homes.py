"""Where the values live that drafts are written for: own values of shared services, or texts of the town's own.

The app that keeps a kind of value says here how it is looked at and how it is published; drafts know nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from catalog.decisions.models import Cause
from catalog.decisions.writers import Written
from catalog.resolution.values import FieldKey, Json
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Live:
    """What stands in a field outside of any draft.

    `version` and `own`: the town's own value, version 0 for none. `above`: the sign of what lies above it, "" where
    nothing ever does, and `above_value` what it says.
    """

    version: int = 0
    own: Json = None
    above: str = ""
    above_value: Json = None

    @property
    def value(self) -> Json:
        """What holds: the town's own value, else the one from above."""
        return self.own if self.version else self.above_value

    def is_same_ground(self, other: Live) -> bool:
        """Whether neither the own value nor the one from above is another."""
        return (self.version, self.above) == (other.version, other.above)


@dataclass(frozen=True, slots=True)
class Place:
    """The field of a service, in a language, that a draft is of."""

    service_id: UUID
    key: FieldKey


@dataclass(frozen=True, slots=True)
class Publication:
    """A text that is to hold from now on, on the ground on which it was written."""

    place: Place
    value: Json
    ground: Live
    cause: Cause
    written: Written


class Home(Protocol):
    """Where a kind of value lives. `subject` is what the audit trail calls its services: `service` or `local`."""

    @property
    def subject(self) -> str:
        """Return the name of the kind in the audit trail."""

    def look(self, place: Place) -> Live:
        """Return what stands in a field now.

        Raises: NotFound; Conflict where the town may not write there: locked from above, or not its own to carry out.
        """

    def clean(self, key: FieldKey, value: object) -> Json:
        """Return a value as it is stored. Raises: InvalidInput."""

    def asks_second_person(self, service_id: UUID) -> bool:
        """Whether what is published here is seen at once, so that four eyes count where they are wanted."""

    def publish(self, *, actor: Actor, what: Publication) -> None:
        """Let a value hold, within the running transaction.

        Raises: NotAllowed, also where four eyes are wanted; Conflict (`stale_value`, `above_moved`) where the ground is
        another by now.
        """
