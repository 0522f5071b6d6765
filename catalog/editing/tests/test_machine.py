"""Editors on four layers and a town, in any order: what citizens read always equals a simple model.

Each rule is carried out by the product's own functions on a real database, and by the model. After each, page,
provenance, open reviews and history are compared.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from catalog.contributions.services import publish_contribution
from catalog.decisions.answers import Place, Seen, keep_own, merge_review, take_above
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause
from catalog.decisions.pinning import pin_service, unpin_service
from catalog.decisions.reviews import get_review, list_reviews_of
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import clear_override, set_override
from catalog.editing.locks import set_lock
from catalog.editing.places import Scope
from catalog.editing.services import remove_draft_value, save_draft_value, start_draft
from catalog.editing.tests.machine_model import FIELDS, LAYERS, Model
from catalog.editing.workflow import publish_draft
from catalog.local.contributions import offer_value, settle
from catalog.resolution.values import FieldKey, Layer
from catalog.services.models import LayerValue, Service, State
from catalog.services.versions import keep_versions
from tenants.actors import system_actor
from tenants.context import as_editor, in_tenant
from tenants.errors import Conflict
from tenants.outbox.services import project_waiting
from tenants.registry.sites import directory

ACTOR = system_actor("tests")
SLUG = "maschine"
SCOPES = {
    Layer.FEDERATION: Scope(Layer.FEDERATION, ""),
    Layer.STATE: Scope(Layer.STATE, "05"),
    Layer.REGION: Scope(Layer.REGION, "emscher-lippe"),
    Layer.DISTRICT: Scope(Layer.DISTRICT, "05562"),
}
names, layers = st.sampled_from(FIELDS), st.sampled_from(LAYERS)
texts = st.sampled_from(["Rot.", "Blau und gelb.", "Grün, aber nur am Montag."])


def stored(name: str, text: str) -> str:
    """Return a text as the field holds it."""
    return f"<p>{text}</p>" if name == "notes" else text


class Editors(RuleBasedStateMachine):
    """Four layers and Gladbeck."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.town = directory.snapshot().tenants["gladbeck"].ref
        self.model = Model()
        with as_editor():
            service = Service.objects.create(
                slug=SLUG,
                layer=Layer.MUNICIPALITY.value,
                category_codes=["umwelt"],
                target_groups=["citizens"],
                state=State.PUBLISHED,
                published_at=timezone.now(),
            )
            self.id: UUID = service.id
            for name, text in (("title", "Maschine"), *((name, stored(name, "Anfang.")) for name in FIELDS)):
                LayerValue.objects.create(
                    service=service,
                    layer="federation",
                    field=name,
                    language="de",
                    value=text,
                    changed_at=timezone.now(),
                )
            keep_versions([service.id], author="Anfang")
        for name in FIELDS:
            self.model.said[Layer.FEDERATION, name] = stored(name, "Anfang.")
        self.model.keep_version()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    # ------------------------------------------------------------------ editors above

    @rule(layer=layers, name=names, text=texts)
    def draft_text(self, layer: Layer, name: str, text: str) -> None:
        def write() -> None:
            save_draft_value(
                actor=ACTOR,
                service_id=self.id,
                scope=SCOPES[layer],
                field=name,
                language="de",
                value=stored(name, text),
            )

        if self.refused(layer, name, write):
            return
        draft, value = self.model.drafts[layer], stored(name, text)
        if self.model.said.get((layer, name)) == value:
            draft.texts.pop(name, None)
        else:
            draft.texts[name] = value

    @precondition(lambda self: any((layer, name) in self.model.said for layer in LAYERS[1:] for name in FIELDS))
    @rule(data=st.data())
    def draft_removal(self, data: st.DataObject) -> None:
        places = sorted(place for place in self.model.said if place[0] in LAYERS[1:])
        layer, name = data.draw(st.sampled_from(places))
        remove_draft_value(actor=ACTOR, service_id=self.id, scope=SCOPES[layer], field=name, language="de")
        self.model.drafts[layer].texts[name] = None

    @rule(layer=layers, name=names, wanted=st.booleans())
    def draft_lock(self, layer: Layer, name: str, wanted: bool) -> None:  # noqa: FBT001 -- drawn
        draft, says = self.model.drafts[layer], (layer, name) in self.model.said
        if not says and draft.texts.get(name) is None:
            return

        def lock() -> None:
            set_lock(actor=ACTOR, service_id=self.id, scope=SCOPES[layer], field=name, is_locked=wanted)

        if self.refused(layer, name, lock):
            return
        if wanted == ((layer, name) in self.model.locked):
            draft.locks.pop(name, None)
        else:
            draft.locks[name] = wanted

    @precondition(lambda self: any(not draft.is_empty for draft in self.model.drafts.values()))
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        layer = data.draw(st.sampled_from([one for one in LAYERS if not self.model.drafts[one].is_empty]))
        draft = self.model.drafts[layer]
        info = start_draft(actor=ACTOR, service_id=self.id, scope=SCOPES[layer])
        if any(self.model.is_locked_above(layer, name) for name in (*draft.texts, *draft.locks)):
            with pytest.raises(Conflict), transaction.atomic():
                publish_draft(actor=ACTOR, draft_id=info.id)
            return
        number = publish_draft(actor=ACTOR, draft_id=info.id)
        self.model.publish(layer)
        assert number == self.model.newest

    def refused(self, layer: Layer, name: str, act: object) -> bool:
        """Carry out, or see it refused where the field is locked above."""
        assert callable(act)
        if not self.model.is_locked_above(layer, name):
            act()
            return False
        with pytest.raises(Conflict), transaction.atomic():
            act()
        return True

    # ------------------------------------------------------------------ the town

    @rule(name=names, text=texts)
    def override(self, name: str, text: str) -> None:
        self.set_own(name, stored(name, text), cause=Cause.SET)

    @precondition(lambda self: self.model.written)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        name, text = data.draw(st.sampled_from(sorted(self.model.written)))
        with in_tenant(self.town):
            former = [one.value for one in list_history(self.id, name, "de")]
        assert text in former
        self.set_own(name, text, cause=Cause.RESTORED)

    def set_own(self, name: str, value: str, *, cause: Cause) -> None:
        """Write an own value, or see it refused where the field is locked."""
        with in_tenant(self.town):
            if self.model.lock_of(name) is not None:
                with pytest.raises(Conflict), transaction.atomic():
                    set_override(actor=ACTOR, service_id=self.id, field=name, language="de", value=value, cause=cause)
                return
            set_override(actor=ACTOR, service_id=self.id, field=name, language="de", value=value, cause=cause)
        if self.model.own.get(name) != value or not self.model.adapts:
            self.model.write(name, value)

    @precondition(lambda self: self.model.own)
    @rule(data=st.data())
    def clear(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.own)))
        with in_tenant(self.town):
            clear_override(actor=ACTOR, service_id=self.id, field=name, language="de")
        self.model.clear(name)

    @rule(data=st.data())
    def pin(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.versions)))
        with in_tenant(self.town):
            pin_service(actor=ACTOR, service_id=self.id, version=number)
        self.model.pinned = number

    @precondition(lambda self: self.model.pinned is not None)
    @rule()
    def unpin(self) -> None:
        with in_tenant(self.town):
            unpin_service(actor=ACTOR, service_id=self.id)
        self.model.pinned = None

    @precondition(lambda self: any(map(self.model.asks, FIELDS)))
    @rule(data=st.data(), answer=st.sampled_from(["take", "keep", "merge"]), text=texts)
    def answer(self, data: st.DataObject, answer: str, text: str) -> None:
        name = data.draw(st.sampled_from([one for one in FIELDS if self.model.asks(one)]))
        above, _layer = self.model.above(name)
        with in_tenant(self.town):
            review = get_review(self.id, name, "de")
            assert (review.theirs, review.new) == (self.model.own[name], above)
            place, seen = Place(self.id, name, "de"), Seen(review.own_version, review.above)
            if answer == "take":
                take_above(actor=ACTOR, place=place, seen=seen)
                self.model.clear(name)
            elif self.model.lock_of(name) is not None:
                with pytest.raises(Conflict), transaction.atomic():
                    keep_own(actor=ACTOR, place=place, seen=seen)
            elif answer == "keep":
                keep_own(actor=ACTOR, place=place, seen=seen)
                self.model.base[name] = above
            else:
                merge_review(actor=ACTOR, place=place, seen=seen, value=stored(name, text))
                if stored(name, text) == above:
                    self.model.clear(name)
                else:
                    self.model.write(name, stored(name, text))

    @precondition(lambda self: any(map(self.can_give, FIELDS)))
    @rule(data=st.data())
    def contribute(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([one for one in FIELDS if self.can_give(one)]))
        scope = SCOPES[Layer.REGION]
        with in_tenant(self.town):
            given = offer_value(actor=ACTOR, service_id=self.id, field=name, language="de", target=scope.key)
        project_waiting()
        publish_contribution(actor=ACTOR, contribution_id=given)
        value = self.model.own[name]
        self.model.drafts[Layer.REGION].texts[name] = value
        self.model.publish(Layer.REGION)
        with in_tenant(self.town):
            settle(actor=ACTOR, contribution_id=given)
        # Where something else would show then (an earlier version, the district's own text) the town keeps its own.
        if self.model.above(name)[0] == value:
            self.model.clear(name)

    def can_give(self, name: str) -> bool:
        """An own value that holds, while the region has no draft and does not say the same already."""
        holds = self.model.page(name)[1] is Layer.MUNICIPALITY
        is_new = self.model.said.get((Layer.REGION, name)) != self.model.own.get(name)
        return holds and is_new and self.model.drafts[Layer.REGION].is_empty

    # ------------------------------------------------------------------ what must hold after each step

    @invariant()
    def pages_equal_the_model(self) -> None:
        with in_tenant(self.town):
            service = get_town_service(SLUG)
        for name in FIELDS:
            found = service.effective.values[FieldKey(name, "de")]
            layer = found.provenance.layer if found.provenance else None
            assert (found.value, layer) == self.model.page(name), name

    @invariant()
    def reviews_equal_the_model(self) -> None:
        with in_tenant(self.town):
            waiting = {key.field for key in list_reviews_of(self.id)}
        assert waiting == {name for name in FIELDS if self.model.asks(name)}

    @invariant()
    def nothing_written_is_lost(self) -> None:
        with in_tenant(self.town):
            for name in FIELDS:
                kept = {one.value for one in list_history(self.id, name, "de")}
                assert {text for field, text in self.model.written if field == name} <= kept


@pytest.mark.django_db
def test_pages_always_equal_the_model() -> None:
    run_state_machine_as_test(
        Editors,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
