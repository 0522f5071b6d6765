"""What services' pages and the town's search learn of offices and people."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from catalog.pages.offices import Office, OfficeHit, OfficePerson
from catalog.search.queries import parse
from catalog.search.words import fold, list_words
from shared_services.directory.presentation import hours_rows, today_line
from shared_services.directory.selectors import list_units
from shared_services.directory.values import PersonInfo, UnitInfo


class DirectoryBook:
    """The offices of the current tenant; each question costs one query."""

    def find_office(self, service_id: UUID, unit: str) -> Office | None:
        """Return the office that names the service, else the one with the name of the responsible unit."""
        units = list_units()
        wanted = fold(unit).strip()
        found = next((one for one in units if service_id in one.service_ids), None) or next(
            (one for one in units if wanted and fold(one.name) == wanted), None
        )
        return None if found is None else _office(found, service_id)

    def search_offices(self, query: str) -> list[OfficeHit]:
        """Return offices and people, each word of the query the beginning of one of theirs."""
        wanted = parse(query).folded
        if not wanted:
            return []
        hits = []
        for unit in list_units():
            if _fits(f"{unit.name} {unit.description}", wanted):
                hits.append(OfficeHit(unit.name, unit_url(unit), unit.description or unit.address.replace("\n", ", ")))
            hits += [
                OfficeHit(person.name, person_url(person), " – ".join(filter(None, (person.role, unit.name))))
                for person in unit.people
                if _fits(f"{person.name} {person.role}", wanted)
            ]
        return hits


def unit_url(unit: UnitInfo) -> str:
    """Return the path of an office's page."""
    return reverse("directory:unit", kwargs={"slug": unit.slug})


def person_url(person: PersonInfo) -> str:
    """Return the path of a person's page."""
    return reverse("directory:person", kwargs={"person_id": person.id})


def _office(unit: UnitInfo, service_id: UUID) -> Office:
    return Office(
        name=unit.name,
        href=unit_url(unit),
        address=unit.address,
        phone=unit.phone,
        email=unit.email,
        today=today_line(unit, timezone.localtime()),
        hours=tuple(hours_rows(unit)),
        access=unit.access,
        people=tuple(
            OfficePerson(
                name=person.name,
                href=person_url(person),
                role=" – ".join(filter(None, (person.role, person.covers))),
                phone=person.phone,
                email=person.email,
                room=person.room,
            )
            for person in unit.people
            if service_id in person.service_ids
        ),
    )


def _fits(text: str, wanted: tuple[str, ...]) -> bool:
    words = [fold(word) for word in list_words(text)]
    return all(any(word.startswith(start) for word in words) for start in wanted)
