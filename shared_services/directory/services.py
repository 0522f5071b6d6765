"""Write offices and people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from shared_services.directory.checks import check_languages, check_texts, check_week
from shared_services.directory.drafts import PERSON_TEXTS, UNIT_TEXTS, person_draft, unit_draft
from shared_services.directory.models import ContactPerson, OrganisationalUnit
from shared_services.directory.policies import can_edit_directory
from shared_services.directory.values import stored_hours
from shared_services.portal.hours import Span
from shared_services.portal.services.changes import recorded_change, refuse, require_unchanged
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.ids import uuid7
from tenants.sorting import slug_of
from tenants.staff.policies import require

Texts = Mapping[str, str]


def save_unit(
    *,
    actor: Actor,
    texts: Texts,
    description: Texts,
    access: Texts,
    week: Mapping[int, Sequence[Span]],
    hours_note: Texts,
    parent_id: UUID | None = None,
    service_ids: Collection[UUID] = (),
    unit_id: UUID | None = None,
    seen: str = "",
) -> UUID:
    """Create an office, or change the one named; return its id. `texts`: `drafts.UNIT_TEXTS`; a missing one is empty.

    The name in addresses is made once from the first name and stays, so that links to an office last.
    Raises: NotAllowed; InvalidInput (fields `name`, `parent`, `day_1`, `description_de` ...); NotFound; Conflict.
    """
    require(can_edit_directory, actor)
    clean, errors = check_texts(texts, UNIT_TEXTS)
    languages = {}
    for field, given in (("description", description), ("access", access), ("note", hours_note)):
        languages[field], wrong = check_languages(field, given)
        errors |= wrong
    refuse(errors | check_week(week))
    action = "directory.unit.updated" if unit_id else "directory.unit.created"
    unit = OrganisationalUnit(id=uuid7())
    with recorded_change(actor=actor, action=action, subject=f"unit:{unit_id or unit.id}") as data:
        if unit_id:
            _hold_tree()
            unit = _locked_unit(unit_id)
            require_unchanged(unit_draft(unit), seen, updated_by=unit.updated_by)
        refuse(_parent_errors(unit.id, parent_id))
        before = unit_draft(unit)
        for name, value in clean.items():
            setattr(unit, name, value)
        unit.description, unit.access, unit.hours_note = (
            languages["description"],
            languages["access"],
            languages["note"],
        )
        unit.hours, unit.parent_id = stored_hours(week), parent_id
        unit.service_ids = sorted(set(service_ids))
        unit.slug = unit.slug or _free_slug(unit.name)
        unit.updated_by = actor.name
        unit.save()
        after = unit_draft(unit)
        data["fields"] = sorted(name for name, value in after.items() if before[name] != value)
    return unit.id


def delete_unit(*, actor: Actor, unit_id: UUID) -> None:
    """Remove an office with its people; offices below it stay, below none. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    with recorded_change(actor=actor, action="directory.unit.deleted", subject=f"unit:{unit_id}") as data:
        _hold_tree()
        unit = _locked_unit(unit_id)
        data["name"], data["people"] = unit.name, unit.people.count()
        unit.delete()


def save_person(
    *,
    actor: Actor,
    unit_id: UUID,
    texts: Texts,
    service_ids: Collection[UUID] = (),
    person_id: UUID | None = None,
    seen: str = "",
) -> UUID:
    """Enter a person of an office, or change the one named; return the id. `texts`: `drafts.PERSON_TEXTS`.

    Raises: NotAllowed; InvalidInput; NotFound, also for the office; Conflict.
    """
    require(can_edit_directory, actor)
    clean, errors = check_texts(texts, PERSON_TEXTS)
    refuse(errors)
    action = "directory.person.updated" if person_id else "directory.person.created"
    person = ContactPerson(id=uuid7())
    with recorded_change(actor=actor, action=action, subject=f"person:{person_id or person.id}") as data:
        _locked_unit(unit_id)
        if person_id:
            person = _locked_person(person_id)
            require_unchanged(person_draft(person), seen, updated_by=person.updated_by)
        for name, value in clean.items():
            setattr(person, name, value)
        person.unit_id, person.service_ids = unit_id, sorted(set(service_ids))
        person.updated_by = actor.name
        person.save()
        data["unit"] = str(unit_id)
    return person.id


def delete_person(*, actor: Actor, person_id: UUID) -> None:
    """Remove a person for good; the trail keeps no name. Raises: NotAllowed; NotFound."""
    require(can_edit_directory, actor)
    with recorded_change(actor=actor, action="directory.person.deleted", subject=f"person:{person_id}") as data:
        person = _locked_person(person_id)
        data["unit"] = str(person.unit_id)
        person.delete()


def _locked_unit(unit_id: UUID) -> OrganisationalUnit:
    unit = OrganisationalUnit.objects.select_for_update().filter(id=unit_id).first()
    if unit is None:
        raise NotFound(_("Diese Stelle gibt es nicht mehr. Vielleicht hat sie jemand anderes gelöscht."))
    return unit


def _locked_person(person_id: UUID) -> ContactPerson:
    person = ContactPerson.objects.select_for_update().filter(id=person_id).first()
    if person is None:
        raise NotFound(_("Diese Ansprechperson gibt es nicht mehr. Vielleicht hat sie jemand anderes gelöscht."))
    return person


def _hold_tree() -> None:
    """Let one change at a time look at who is above whom: of two moves at once, each would be fine without the other.

    All offices are locked, in one order, and before any other is: so that two changes can't hold each other up.
    """
    list(OrganisationalUnit.objects.select_for_update().order_by("id").values_list("id"))


def _parent_errors(unit_id: UUID, parent_id: UUID | None) -> dict[str, list[str]]:
    """Refuse an office above itself, over however many steps. The rows are few: all are looked at."""
    parents = dict(OrganisationalUnit.objects.values_list("id", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        return {"parent": [_("Diese übergeordnete Stelle gibt es nicht mehr. Wählen Sie eine andere.")]}
    above: UUID | None = parent_id
    while above is not None:
        if above == unit_id:
            return {"parent": [_("Eine Stelle kann nicht sich selbst übergeordnet sein. Wählen Sie eine andere.")]}
        above = parents.get(above)
    return {}


def _free_slug(name: str) -> str:
    wanted = slug_of(name)[:70] or "stelle"
    taken = set(OrganisationalUnit.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
