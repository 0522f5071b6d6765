"""Offices and people as services keep them: who may, what is refused, what the trail says."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

import pytest

from shared_services.directory.models import ContactPerson, OrganisationalUnit
from shared_services.directory.selectors import list_units, unit_state
from shared_services.directory.services import delete_person, delete_unit, save_person, save_unit
from shared_services.portal.hours import Span
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.models import AuditEntry
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo

MORNING = Span(time(8), time(12))


def enter(actor: Actor, name: str = "Fundbüro", **changes: Any) -> UUID:
    """Enter an office with little in it."""
    given: dict[str, Any] = {"description": {}, "access": {}, "week": {}, "hours_note": {}}
    texts = {"name": name, **changes.pop("texts", {})}
    return save_unit(actor=actor, texts=texts, **{**given, **changes})


def actions() -> list[str]:
    """Return what the trail says of the directory, the oldest first."""
    found = AuditEntry.objects.filter(action__startswith="directory.").order_by("id")
    return list(found.values_list("action", flat=True))


def test_an_office_is_entered_changed_and_removed_with_a_trail(in_gladbeck: TenantInfo, editor: Actor) -> None:
    before = actions()
    unit_id = enter(editor, texts={"phone": "02043 990", "email": "fund@gladbeck.example"}, week={1: [MORNING]})
    stored = OrganisationalUnit.objects.get(id=unit_id)
    assert (stored.slug, stored.phone, stored.hours) == ("fundbuero", "+492043990", [[1, "08:00", "12:00"]])
    enter(editor, "Fundstelle", unit_id=unit_id)
    assert OrganisationalUnit.objects.get(id=unit_id).slug == "fundbuero"
    delete_unit(actor=editor, unit_id=unit_id)
    kinds = ["created", "updated", "deleted"]
    assert actions()[len(before) :] == [f"directory.unit.{kind}" for kind in kinds]


def test_two_offices_of_one_name_have_addresses_of_their_own(in_gladbeck: TenantInfo, editor: Actor) -> None:
    first, second = enter(editor, "Nebenstelle"), enter(editor, "Nebenstelle")
    slugs = OrganisationalUnit.objects.filter(id__in=[first, second]).order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["nebenstelle", "nebenstelle-2"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"texts": {"name": " "}}, "name"),
        ({"texts": {"phone": "12"}}, "phone"),
        ({"texts": {"email": "kein-at"}}, "email"),
        ({"texts": {"postcode": "4596"}}, "postcode"),
        ({"texts": {"website_url": "javascript:alert(1)"}}, "website_url"),
        ({"description": {"de": "x" * 1001}}, "description_de"),
        ({"week": {2: [Span(time(12), time(8))]}}, "day_2"),
        ({"week": {2: [MORNING, MORNING]}}, "day_2"),
        ({"parent_id": UUID(int=5)}, "parent"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    in_gladbeck: TenantInfo, editor: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        enter(editor, **changes)
    told = refused.value.data["fields"]
    assert isinstance(told, dict)
    assert field in told


def test_no_office_stands_above_itself(in_gladbeck: TenantInfo, editor: Actor) -> None:
    top = enter(editor, "Oben")
    middle = enter(editor, "Mitte", parent_id=top)
    with pytest.raises(InvalidInput):
        enter(editor, "Oben", unit_id=top, parent_id=middle)


def test_whoever_was_slower_is_told(in_gladbeck: TenantInfo, editor: Actor) -> None:
    unit_id = enter(editor)
    seen = unit_state(actor=editor, unit_id=unit_id).seen
    enter(editor, "Fundbüro im Rathaus", unit_id=unit_id, seen=seen)
    with pytest.raises(Conflict):
        enter(editor, "Fundsachen", unit_id=unit_id, seen=seen)


def test_people_go_with_their_office_and_the_trail_keeps_no_name(in_gladbeck: TenantInfo, editor: Actor) -> None:
    unit_id = enter(editor)
    first = save_person(actor=editor, unit_id=unit_id, texts={"name": "Frieda Finder"})
    save_person(actor=editor, unit_id=unit_id, texts={"name": "Fritz Finder", "room": "1.02"})
    delete_person(actor=editor, person_id=first)
    delete_unit(actor=editor, unit_id=unit_id)
    assert not ContactPerson.objects.filter(unit_id=unit_id).exists()
    entries = AuditEntry.objects.filter(action__startswith="directory.person.")
    assert not any("Finder" in str(entry.data) for entry in entries)


def test_strangers_change_nothing(in_gladbeck: TenantInfo, neighbour: Actor) -> None:
    unit = list_units()[0]
    for actor in (neighbour, ANONYMOUS):
        with pytest.raises(NotAllowed):
            enter(actor)
        with pytest.raises(NotAllowed):
            delete_unit(actor=actor, unit_id=unit.id)
        with pytest.raises(NotAllowed):
            save_person(actor=actor, unit_id=unit.id, texts={"name": "X"})
        with pytest.raises(NotAllowed):
            delete_person(actor=actor, person_id=unit.people[0].id if unit.people else uuid7())


def test_what_is_gone_is_not_found(in_gladbeck: TenantInfo, editor: Actor) -> None:
    with pytest.raises(NotFound):
        delete_unit(actor=editor, unit_id=uuid7())
    with pytest.raises(NotFound):
        save_person(actor=editor, unit_id=uuid7(), texts={"name": "X"})
    with pytest.raises(NotFound):
        delete_person(actor=editor, person_id=uuid7())
