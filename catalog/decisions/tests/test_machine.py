"""Whatever staff do in whatever order: pages equal a simple model, and no text is ever lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from catalog.decisions.bulk import decide_many, undo_bulk
from catalog.decisions.bulk_plan import check_wish
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import clear_override, follow_preset, set_decision, set_override
from catalog.resolution.decide import Decision
from catalog.resolution.values import FieldKey
from tenants.actors import system_actor
from tenants.errors import Conflict
from tenants.registry.sites import TenantInfo

ACTOR = system_actor("tests")
LINK = "https://kreis.example/"
FIELDS = ("notes", "teaser")
SERVICES = st.integers(0, 2)
NAMES = st.sampled_from(FIELDS)
DECISIONS = st.sampled_from(["adopt", "override", "link", "not_offered"])


@dataclass
class Town:
    """The model: what one service is decided to be (None: the preset), its own values, and all that was written."""

    preset: Decision
    above: dict[str, object]
    decision: Decision | None = None
    version: int = 0
    own: dict[str, str] = field(default_factory=dict)
    written: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def kind(self) -> Decision:
        return self.decision or self.preset

    def decide(self, decision: Decision | None) -> None:
        self.decision, self.version = decision, self.version + 1


@dataclass
class Bulk:
    """A bulk decision in the model: for each service what was before, and the version that it left."""

    id: UUID
    before: dict[int, tuple[Decision | None, int]]


class Machine(RuleBasedStateMachine):
    """Staff of one town at three services."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        fresh = [one for one in list_town_services() if one.decision_version == 0 and not one.own_rows]
        adopted = [one.slug for one in fresh if one.decided.kind is Decision.ADOPT][:2]
        linked = [one.slug for one in fresh if one.decided.kind is Decision.LINK][:1]
        self.slugs = [*adopted, *linked]
        self.ids = [get_town_service(slug).id for slug in self.slugs]
        self.model = [
            Town(service.decided.kind, {name: service.text(name, "de") for name in FIELDS})
            for service in map(get_town_service, self.slugs)
        ]
        self.bulks: list[Bulk] = []
        self.texts = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(number=SERVICES, decision=DECISIONS)
    def decide(self, number: int, decision: str) -> None:
        set_decision(actor=ACTOR, service_id=self.ids[number], decision=decision, link_url=LINK, reason="Nein.")
        self.model[number].decide(Decision(decision))

    @rule(number=SERVICES)
    def give_back(self, number: int) -> None:
        follow_preset(actor=ACTOR, service_id=self.ids[number])
        if self.model[number].decision is not None:
            self.model[number].decide(None)

    @rule(number=SERVICES, name=NAMES)
    def write(self, number: int, name: str) -> None:
        self.texts += 1
        self._store(number, name, f"Text {self.texts}", cause=Cause.SET)

    def _store(self, number: int, name: str, text: str, *, cause: Cause) -> None:
        town = self.model[number]
        place = {"service_id": self.ids[number], "field": name, "language": "de"}
        stored = text if name == "teaser" or text.startswith("<p>") else f"<p>{text}</p>"
        if town.kind not in {Decision.ADOPT, Decision.OVERRIDE}:
            with pytest.raises(Conflict), transaction.atomic():
                set_override(actor=ACTOR, **place, value=text, cause=cause)  # type: ignore[arg-type]
            return
        set_override(actor=ACTOR, **place, value=text, cause=cause)  # type: ignore[arg-type]
        town.own[name] = stored
        town.written[name].append(stored)
        if town.kind is not Decision.OVERRIDE:
            town.decide(Decision.OVERRIDE)

    @rule(number=SERVICES, name=NAMES)
    def clear(self, number: int, name: str) -> None:
        town = self.model[number]
        clear_override(actor=ACTOR, service_id=self.ids[number], field=name, language="de")
        if town.own.pop(name, None) is not None and town.decision is Decision.OVERRIDE and not town.own:
            town.decide(Decision.ADOPT)

    @rule(number=SERVICES, name=NAMES, data=st.data())
    def restore(self, number: int, name: str, data: st.DataObject) -> None:
        entries = [one for one in list_history(self.ids[number], name, "de") if one.is_set]
        if entries:
            self._store(number, name, str(data.draw(st.sampled_from(entries)).value), cause=Cause.RESTORED)

    @rule(numbers=st.sets(SERVICES, min_size=1), action=st.one_of(DECISIONS, st.just("preset")))
    def decide_on_many(self, numbers: set[int], action: str) -> None:
        wanted = None if action == "preset" else Decision(action)
        changing = [one for one in numbers if self.model[one].decision is not wanted]
        selection = {self.ids[one]: self.model[one].version for one in numbers}
        wish = check_wish(action=action, link_url=LINK, reason="Nein.")
        if not changing:
            with pytest.raises(Conflict), transaction.atomic():
                decide_many(actor=ACTOR, wish=wish, selection=selection)
            return
        done = decide_many(actor=ACTOR, wish=wish, selection=selection)
        assert done.changed == len(changing)
        before = {one: (self.model[one].decision, self.model[one].version + 1) for one in changing}
        for one in changing:
            self.model[one].decide(wanted)
        self.bulks.append(Bulk(done.id, before))

    @precondition(lambda self: self.bulks)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        bulk = data.draw(st.sampled_from(self.bulks))
        back = [one for one, (_before, version) in bulk.before.items() if self.model[one].version == version]
        if not back:
            with pytest.raises(Conflict), transaction.atomic():
                undo_bulk(actor=ACTOR, bulk_id=bulk.id)
            return
        undo_bulk(actor=ACTOR, bulk_id=bulk.id)
        for one in back:
            self.model[one].decide(bulk.before[one][0])
        self.bulks.remove(bulk)

    @invariant()
    def pages_equal_the_model(self) -> None:
        for slug, town in zip(self.slugs, self.model, strict=True):
            service = get_town_service(slug)
            assert (service.decided.kind, service.decision_version) == (town.kind, town.version)
            assert service.decided.is_preset == (town.decision is None)
            for name in FIELDS:
                holds = town.own if town.kind is Decision.OVERRIDE else {}
                assert service.text(name, "de") == holds.get(name, town.above[name])
                own = service.own_rows.get(FieldKey(name, "de"))
                assert (own.value if own else None) == town.own.get(name)

    @invariant()
    def nothing_that_was_written_is_lost(self) -> None:
        for service_id, town in zip(self.ids, self.model, strict=True):
            for name in FIELDS:
                entries = list_history(service_id, name, "de")
                assert {one.value for one in entries if one.is_set} == set(town.written[name])
                if entries:
                    assert (entries[0].value if entries[0].is_set else None) == town.own.get(name)


def test_pages_equal_the_model_and_no_text_is_lost(in_gladbeck: TenantInfo) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
