"""What leaves this app: offices and people as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from shared_services.portal.hours import Span, Week
from shared_services.portal.texts import text_in
from tenants.phones import readable_phone


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """Whom to ask. `phone` is written for people."""

    id: UUID
    unit_id: UUID
    name: str
    role: str
    covers: str
    room: str
    phone: str
    email: str
    service_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """An office with its people. `phone` is written for people."""

    id: UUID
    slug: str
    name: str
    parent_id: UUID | None
    descriptions: Mapping[str, str] = field(hash=False)
    street: str
    postcode: str
    town: str
    phone: str
    email: str
    website_url: str
    accesses: Mapping[str, str] = field(hash=False)
    week: Week
    hours_notes: Mapping[str, str] = field(hash=False)
    service_ids: tuple[UUID, ...]
    people: tuple[PersonInfo, ...]
    updated_at: datetime
    updated_by: str

    @property
    def description(self) -> str:
        """What the office is there for, in the page's language."""
        return text_in(self.descriptions)

    @property
    def access(self) -> str:
        """How people with disabilities get there and are helped, in the page's language."""
        return text_in(self.accesses)

    @property
    def hours_note(self) -> str:
        """The note on opening hours, in the page's language."""
        return text_in(self.hours_notes)

    @property
    def address(self) -> str:
        """The postal address without a name, in lines."""
        return "\n".join(line for line in (self.street, f"{self.postcode} {self.town}".strip()) if line)


def week_of(hours: Sequence[Sequence[Any]]) -> Week:
    """Return stored hours as a week."""
    return Week(
        tuple((day, Span(time.fromisoformat(opens), time.fromisoformat(closes))) for day, opens, closes in hours)
    )


def stored_hours(week: Mapping[int, Sequence[Span]]) -> list[list[Any]]:
    """Return a week as it is stored."""
    return [
        [day, f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"]
        for day, spans in sorted(week.items())
        for span in sorted(spans)
    ]


def person_info(data: Mapping[str, Any]) -> PersonInfo:
    """Return a person from the plain data of a row."""
    return PersonInfo(
        id=UUID(str(data["id"])),
        unit_id=UUID(str(data["unit_id"])),
        phone=readable_phone(data["phone"]),
        service_ids=tuple(UUID(str(one)) for one in data["service_ids"]),
        **{name: data[name] for name in ("name", "role", "covers", "room", "email")},
    )
