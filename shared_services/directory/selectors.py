"""Read offices and people, inside their tenant. Plain values leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from shared_services.directory.drafts import person_draft, unit_draft
from shared_services.directory.models import ContactPerson, OrganisationalUnit
from shared_services.directory.policies import can_edit_directory
from shared_services.directory.values import PersonInfo, UnitInfo, person_info, week_of
from shared_services.portal.editing import EditState
from shared_services.portal.texts import fingerprint
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.phones import readable_phone
from tenants.registry.memory import remembered
from tenants.sorting import german_sort_key
from tenants.staff.policies import require

T = TypeVar("T")
_PERSON: Final = ("id", "unit_id", "name", "role", "covers", "room", "phone", "email", "service_ids")


@remembered
def list_units() -> list[UnitInfo]:
    """Return all offices with their people, both in German order, in one query."""
    people = ContactPerson.objects.filter(unit=OuterRef("pk")).values(
        data=JSONObject(**{name: name for name in _PERSON})
    )
    rows = OrganisationalUnit.objects.annotate(people_data=ArraySubquery(people))
    return sorted((_info(row, row.people_data) for row in rows), key=lambda unit: german_sort_key(unit.name))


def get_unit(slug: str) -> UnitInfo:
    """Return an office by its name in addresses; one query. Raises: NotFound."""
    return _one(unit for unit in list_units() if unit.slug == slug)


def get_person(person_id: UUID) -> tuple[PersonInfo, UnitInfo]:
    """Return a person with the office where they work; one query. Raises: NotFound."""
    for unit in list_units():
        for person in unit.people:
            if person.id == person_id:
                return person, unit
    raise NotFound(_("Diese Ansprechperson gibt es nicht mehr. Fragen Sie unsere Kontaktstelle."))


def unit_state(*, actor: Actor, unit_id: UUID) -> EditState:
    """Return an office as its form is filled. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    row = _one(OrganisationalUnit.objects.filter(id=unit_id))
    values = unit_draft(row)
    return EditState(values, fingerprint(values), row.updated_by)


def person_state(*, actor: Actor, person_id: UUID) -> EditState:
    """Return a person as their form is filled. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    row = ContactPerson.objects.filter(id=person_id).first()
    if row is None:
        raise NotFound(_("Diese Ansprechperson gibt es nicht mehr. Vielleicht hat sie jemand anderes gelöscht."))
    values = person_draft(row)
    return EditState(values, fingerprint(values), row.updated_by)


def find_unit(*, actor: Actor, unit_id: UUID) -> UnitInfo:
    """Return an office for its editors. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    return _one(unit for unit in list_units() if unit.id == unit_id)


def find_person(*, actor: Actor, person_id: UUID) -> tuple[PersonInfo, UnitInfo]:
    """Return a person for their editors. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    return get_person(person_id)


def _one(found: Iterable[T]) -> T:
    for one in found:
        return one
    raise NotFound(_("Diese Stelle gibt es nicht mehr. Wählen Sie eine aus der Übersicht."))


def _info(row: OrganisationalUnit, people: Iterable[Mapping[str, Any]]) -> UnitInfo:
    persons = sorted((person_info(data) for data in people or ()), key=lambda one: german_sort_key(one.name))
    return UnitInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        parent_id=row.parent_id,
        descriptions=row.description,
        street=row.street,
        postcode=row.postcode,
        town=row.town,
        phone=readable_phone(row.phone),
        email=row.email,
        website_url=row.website_url,
        accesses=row.access,
        week=week_of(row.hours),
        hours_notes=row.hours_note,
        service_ids=tuple(row.service_ids),
        people=tuple(persons),
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
