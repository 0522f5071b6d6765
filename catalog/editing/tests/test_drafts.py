"""Writing drafts: what merges, what conflicts, what is refused, and that nobody outside sees any of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from catalog.decisions.selectors import get_town_service
from catalog.editing.drafts import DraftInfo
from catalog.editing.facts import save_head
from catalog.editing.lifecycle import archive_service, create_service, restore_service
from catalog.editing.locks import set_lock
from catalog.editing.selectors import get_edited_service, list_service_lines
from catalog.editing.services import (
    discard_draft,
    discard_draft_value,
    remove_draft_value,
    save_draft_value,
    start_draft,
)
from catalog.editing.tests.conftest import FEDERATION, REGION, id_of
from catalog.editing.workflow import publish_draft
from catalog.resolution.values import FieldKey
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

NOTES = FieldKey("notes", "de")


def write(
    actor: Actor, service_id: UUID, value: object, *, field: str = "notes", expected: int | None = None
) -> DraftInfo:
    return save_draft_value(
        actor=actor,
        service_id=service_id,
        scope=REGION,
        field=field,
        language="de",
        value=value,
        expected_version=expected,
    )


def shown_in(town: TenantInfo, field: str = "notes") -> str:
    with in_tenant(town.ref):
        return str(get_town_service("hund-anmelden").text(field, "de") or "")


def test_a_draft_holds_what_was_written_and_towns_see_nothing(rosa: Actor, dog: UUID, gladbeck: TenantInfo) -> None:
    before = shown_in(gladbeck)
    draft = write(rosa, dog, "Nur ein <script>böser()</script>Entwurf")
    assert draft.changes[NOTES].value == "<p>Nur ein Entwurf</p>"
    assert draft.changes[NOTES].edited_by == "Rosa Redaktion"
    assert shown_in(gladbeck) == before


def test_saving_the_same_again_changes_nothing(rosa: Actor, dog: UUID) -> None:
    first = write(rosa, dog, "Text", expected=0)
    again = write(rosa, dog, "Text", expected=0)
    assert again.version == first.version


def test_edits_of_different_fields_merge_by_themselves(rosa: Actor, emil: Actor, dog: UUID) -> None:
    write(rosa, dog, "Hinweis", expected=0)
    draft = write(emil, dog, "Ablauf", field="procedure", expected=0)
    assert set(draft.changes) == {NOTES, FieldKey("procedure", "de")}


def test_the_same_field_is_a_conflict_that_carries_both(rosa: Actor, emil: Actor, dog: UUID) -> None:
    theirs = write(rosa, dog, "Von Rosa", expected=0)
    with pytest.raises(Conflict) as refused:
        write(emil, dog, "Von Emil", expected=0)
    assert refused.value.code == "stale_value"
    assert (refused.value.data["theirs"], refused.value.data["mine"]) == ("<p>Von Rosa</p>", "<p>Von Emil</p>")
    assert "Rosa Redaktion" in refused.value.user_message
    draft = write(emil, dog, "Von beiden", expected=theirs.changes[NOTES].version)
    assert draft.changes[NOTES].edited_by == "Emil Redaktion"


def test_a_change_back_to_what_is_published_is_no_change(frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(frida, dog, "Veröffentlicht").id)
    write(frida, dog, "Anders")
    assert write(frida, dog, "Veröffentlicht").is_empty


def test_discarding_a_change_leaves_the_others(rosa: Actor, dog: UUID) -> None:
    write(rosa, dog, "Hinweis")
    write(rosa, dog, "Ablauf", field="procedure")
    draft = discard_draft_value(actor=rosa, service_id=dog, scope=REGION, field="notes", language="de")
    assert set(draft.changes) == {FieldKey("procedure", "de")}


def test_a_discarded_draft_is_closed_and_the_next_begins_empty(rosa: Actor, dog: UUID) -> None:
    first = write(rosa, dog, "Hinweis")
    discard_draft(actor=rosa, draft_id=first.id)
    second = start_draft(actor=rosa, service_id=dog, scope=REGION)
    assert second.id != first.id
    assert second.is_empty
    with pytest.raises(Conflict):
        discard_draft(actor=rosa, draft_id=first.id)


def test_only_the_editors_of_a_layer_write_there(kurt: Actor, editor: Actor, dog: UUID) -> None:
    for stranger in (kurt, editor):
        with pytest.raises(NotAllowed):
            write(stranger, dog, "Fremd")


def test_unknown_services_fields_and_values_are_refused(rosa: Actor, dog: UUID) -> None:
    with pytest.raises(NotFound):
        write(rosa, UUID(int=1), "x")
    with pytest.raises(InvalidInput):
        write(rosa, dog, "x", field="colour")
    with pytest.raises(InvalidInput):
        write(rosa, dog, None, field="title")
    with pytest.raises(InvalidInput):
        write(rosa, dog, {"kind": "fixed"}, field="fee")


def test_a_field_locked_above_can_not_be_written(rosa: Actor, frida: Actor) -> None:
    card = id_of("personalausweis-beantragen")
    for actor in (rosa, frida):
        with pytest.raises(Conflict) as refused:
            write(actor, card, "Anders", field="legal_basis")
        assert refused.value.code == "field_locked"
    with pytest.raises(Conflict):
        set_lock(actor=frida, service_id=card, scope=REGION, field="legal_basis", is_locked=True)


def test_locks_are_for_publishers_and_need_a_text_of_the_own_layer(rosa: Actor, frida: Actor, dog: UUID) -> None:
    with pytest.raises(NotAllowed):
        set_lock(actor=rosa, service_id=dog, scope=REGION, field="notes", is_locked=True)
    with pytest.raises(InvalidInput):
        set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    write(frida, dog, "Gilt für alle")
    draft = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    assert draft.locks["notes"].value is True
    assert set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=False).locks == {}


def test_taking_a_text_back_needs_one(rosa: Actor, frida: Actor, dog: UUID) -> None:
    taken: dict[str, Any] = {"service_id": dog, "scope": REGION, "field": "notes", "language": "de"}
    with pytest.raises(InvalidInput):
        remove_draft_value(actor=rosa, **taken)
    publish_draft(actor=frida, draft_id=write(frida, dog, "Region").id)
    assert remove_draft_value(actor=rosa, **taken).changes[NOTES].is_removed


def test_facts_are_changed_where_the_service_began(rosa: Actor, dog: UUID) -> None:
    with pytest.raises(NotAllowed):
        save_head(actor=rosa, service_id=dog, scope=REGION, facts={"prominence": 3})
    draft = save_head(actor=rosa, service_id=dog, scope=FEDERATION, facts={"prominence": 3, "slug": "hund-anmelden"})
    assert set(draft.head) == {"prominence"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slug", "Hund Anmelden!"),
        ("slug", "geburtsurkunde"),
        ("slug", "regeln"),
        ("category_codes", ["gibt-es-nicht"]),
        ("category_codes", []),
        ("target_groups", ["cats"]),
        ("leika", {"key": "99102013104000"}),
        ("leika", {"key": "12", "verified_at": "2026-01-01", "source": "x"}),
        ("ozg_maturity", 7),
        ("valid_from", "bald"),
        ("area", "kein gebiet"),
        ("responsibilities", [{"area_prefix": "05", "authority": ""}]),
        ("responsibilities", [{"area_prefix": "05", "is_own": True}, {"area_prefix": "05", "is_nobody": True}]),
        ("colour", "blue"),
    ],
)
def test_wrong_facts_are_refused_by_name(rosa: Actor, dog: UUID, name: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_head(actor=rosa, service_id=dog, scope=FEDERATION, facts={name: value})
    assert name in refused.value.fields


def test_a_new_service_is_seen_by_editors_only(
    rosa: Actor, frida: Actor, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    facts = {"layer": "municipality", "category_codes": ["umwelt"], "target_groups": ["citizens"]}
    draft = create_service(actor=rosa, scope=REGION, title="Bienen anmelden", facts=facts)
    assert "Bienen anmelden" in {one.title for one in list_service_lines(REGION, actor=system_actor("tests"))}
    with in_tenant(gladbeck.ref), pytest.raises(NotFound):
        get_town_service("bienen-anmelden")
    publish_draft(actor=frida, draft_id=draft.id)
    with in_tenant(dorsten.ref):
        found = get_town_service("bienen-anmelden")
        assert (found.title("de"), found.decided.is_own) == ("Bienen anmelden", True)
    with pytest.raises(InvalidInput):
        create_service(actor=rosa, scope=REGION, title="Bienen anmelden", facts=facts)


def test_a_regions_service_is_nobodys_in_another_region(rosa: Actor, frida: Actor, town: object) -> None:
    facts = {"layer": "municipality", "category_codes": ["umwelt"], "target_groups": ["citizens"]}
    draft = create_service(actor=rosa, scope=REGION, title="Halde besuchen", facts=facts)
    publish_draft(actor=frida, draft_id=draft.id)
    with in_tenant(town("muenster").ref):  # type: ignore[operator]
        assert not get_town_service("halde-besuchen").decided.is_listed


def test_an_archived_service_is_gone_at_once_and_comes_back(
    frida: Actor, rosa: Actor, gladbeck: TenantInfo, dog: UUID
) -> None:
    with pytest.raises(NotAllowed):
        archive_service(actor=rosa, service_id=dog)
    archive_service(actor=frida, service_id=dog, reason="Doppelt")
    with in_tenant(gladbeck.ref), pytest.raises(NotFound):
        get_town_service("hund-anmelden")
    with pytest.raises(Conflict):
        archive_service(actor=frida, service_id=dog)
    restore_service(actor=frida, service_id=dog)
    assert shown_in(gladbeck, "title") == "Hund anmelden"


def test_a_services_desk_shows_above_own_and_below(frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(frida, dog, "Sagt die Region").id)
    at_region, at_federation = (
        get_edited_service("hund-anmelden", REGION, actor=system_actor("tests")),
        get_edited_service("hund-anmelden", FEDERATION, actor=system_actor("tests")),
    )
    assert at_region.own[NOTES].value == "<p>Sagt die Region</p>"
    assert at_federation.own[NOTES].value != at_region.own[NOTES].value
    stack = [entry.row.value for entry in at_region.published.values[NOTES].stack]
    assert (stack[0], stack[-1]) == (at_federation.own[NOTES].value, at_region.own[NOTES].value)
    assert "<p>Sagt die Region</p>" in [row.value for row in at_federation.below[NOTES]]
    assert at_federation.is_home
    assert not at_region.is_home
