"""What an editor is told before publishing: the same as what towns then see, from projections alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.pinning import pin_service
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_decision, set_override
from catalog.editing.drafts import DraftInfo
from catalog.editing.facts import save_head
from catalog.editing.impact import Effect, Impact, foresee, list_showing_towns
from catalog.editing.lifecycle import create_service
from catalog.editing.locks import set_lock
from catalog.editing.places import list_towns_in
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.tests.conftest import REGION
from catalog.editing.workflow import publish_draft
from catalog.search.models import DecisionProjection
from catalog.services.selectors import ServiceRecord, get_service_in_any_state
from tenants.actors import Actor
from tenants.context import TenantRef, as_editor, as_projector, in_tenant
from tenants.ids import uuid7
from tenants.registry.sites import Snapshot, TenantInfo, directory

pytestmark = pytest.mark.django_db


def write(actor: Actor, dog: UUID, value: object = "Neu für alle", *, field: str = "notes") -> DraftInfo:
    return save_draft_value(actor=actor, service_id=dog, scope=REGION, field=field, language="de", value=value)


def record_of(slug: str = "hund-anmelden") -> ServiceRecord:
    with as_editor():
        return get_service_in_any_state(slug)


def foreseen(draft: DraftInfo) -> Impact:
    return foresee(record_of(), draft)


def names(impact: Impact, effect: Effect) -> set[str]:
    return {one.slug for one in impact.towns(effect)}


def own_note(town: TenantInfo, editor: Actor, dog: UUID) -> None:
    with in_tenant(town.ref):
        actor = replace(editor, tenant_id=town.id)
        set_override(actor=actor, service_id=dog, field="notes", language="de", value=f"{town.name} sagt")


def test_towns_are_sorted_by_what_happens_to_them(
    rosa: Actor, editor: Actor, dog: UUID, town: Callable[[str], TenantInfo], project: Callable[[], None]
) -> None:
    own_note(town("gladbeck"), editor, dog)
    with in_tenant(town("marl").ref):
        set_decision(
            actor=replace(editor, tenant_id=town("marl").id),
            service_id=dog,
            decision="not_offered",
            reason="Keine Hunde",
        )
    project()
    impact = foreseen(write(rosa, dog))
    assert "gladbeck" in names(impact, Effect.REVIEW)
    assert "dorsten" in names(impact, Effect.FOLLOWS)
    assert "marl" in {one.slug for one in impact.not_offered}
    assert "marl" not in names(impact, Effect.FOLLOWS)
    assert impact.total == len(list_towns_in(REGION))


def test_a_new_lock_makes_own_texts_rest(
    frida: Actor, editor: Actor, dog: UUID, gladbeck: TenantInfo, project: Callable[[], None]
) -> None:
    own_note(gladbeck, editor, dog)
    project()
    write(frida, dog)
    impact = foreseen(set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True))
    assert names(impact, Effect.RESTS) == {"gladbeck"}
    assert names(impact, Effect.REVIEW) == set()


def test_pinned_towns_stay_but_for_locked_fields(frida: Actor, dog: UUID, gladbeck: TenantInfo) -> None:
    with as_projector():
        DecisionProjection.objects.update_or_create(
            tenant_id=gladbeck.id,
            service_id=dog,
            defaults={
                "owner_role": gladbeck.ref.role,
                "decision": "adopt",
                "pinned_version": 1,
                "own_fields": [],
                "event_id": uuid7(),
            },
        )
    assert names(foreseen(write(frida, dog)), Effect.PINNED) == {"gladbeck", "haltern-am-see"}
    locked = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    assert "gladbeck" in names(foreseen(locked), Effect.FOLLOWS)


def test_who_is_said_to_follow_sees_the_new_text_and_nobody_else(
    rosa: Actor, frida: Actor, dog: UUID, town: Callable[[str], TenantInfo], project: Callable[[], None]
) -> None:
    """The forecast against what pages show, for every town of the deployment."""
    project()
    draft = write(rosa, dog, "Prophezeit")
    follows = names(foreseen(draft), Effect.FOLLOWS)
    publish_draft(actor=frida, draft_id=draft.id)
    seen = set()
    for one in directory.snapshot().tenants.values():
        with in_tenant(one.ref):
            found = get_town_service("hund-anmelden")
            if found.decided.is_own and found.text("notes", "de") == "<p>Prophezeit</p>":
                seen.add(one.slug)
    assert seen == follows
    assert follows


def test_two_queries_for_a_thousand_towns(
    rosa: Actor, dog: UUID, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = write(rosa, dog)
    with as_editor():
        record = get_service_in_any_state("hund-anmelden")
    snapshot = directory.snapshot()
    gladbeck = snapshot.tenants["gladbeck"]
    many = {f"stadt-{number}": _copy(gladbeck, number) for number in range(1000)}
    crowded = Snapshot(snapshot.generation, snapshot.sites, snapshot.regions, many)
    monkeypatch.setattr(type(directory), "snapshot", lambda _self: crowded)
    # The one query: the towns' decisions on this service.
    with django_assert_num_queries(1):
        impact = foresee(record, draft)
    assert len(impact.towns(Effect.FOLLOWS)) == 1000


def _copy(town: TenantInfo, number: int) -> TenantInfo:
    ref = TenantRef(id=uuid4(), slug=f"stadt-{number}", schema=town.ref.schema, role=town.ref.role)
    return replace(town, ref=ref, name=f"Stadt {number}")


def test_an_opened_lock_wakes_own_texts_and_brings_earlier_versions_back(
    frida: Actor, editor: Actor, dog: UUID, town: Callable[[str], TenantInfo], project: Callable[[], None]
) -> None:
    own_note(town("gladbeck"), editor, dog)
    with in_tenant(town("marl").ref):
        pin_service(actor=replace(editor, tenant_id=town("marl").id), service_id=dog)
    project()
    write(frida, dog)
    locked = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    publish_draft(actor=frida, draft_id=locked.id)
    opened = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=False)
    assert names(foreseen(opened), Effect.RETURNS) == {"gladbeck", "marl", "haltern-am-see"}
    assert names(foreseen(opened), Effect.FOLLOWS) == set()
    set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    taken = remove_draft_value(actor=frida, service_id=dog, scope=REGION, field="notes", language="de")
    assert names(foreseen(taken), Effect.RETURNS) == {"gladbeck"}
    assert {"dorsten", "marl"} <= names(foreseen(taken), Effect.FOLLOWS)


def test_facts_give_the_service_to_towns_and_take_it_away(
    rosa: Actor, frida: Actor, town: Callable[[str], TenantInfo]
) -> None:
    facts = {"layer": "municipality", "category_codes": ["umwelt"], "target_groups": ["citizens"]}
    begun = create_service(actor=rosa, scope=REGION, title="Bienen anmelden", facts=facts)
    publish_draft(actor=frida, draft_id=begun.id)
    named: dict[str, Any] = {"actor": rosa, "service_id": begun.service_id, "scope": REGION}
    impact = foresee(record_of("bienen-anmelden"), save_head(**named, facts={"area": town("dorsten").ars}))
    shown = {one.slug for one in list_showing_towns(record_of("bienen-anmelden"), REGION)}
    assert {one.slug for one in impact.loses} == shown - {"dorsten"}
    assert not impact.gains
    publish_draft(actor=frida, draft_id=save_head(**named, facts={"area": town("dorsten").ars}).id)
    wider = foresee(record_of("bienen-anmelden"), save_head(**named, facts={"area": REGION.area}))
    assert {one.slug for one in wider.gains} == shown - {"dorsten"}
