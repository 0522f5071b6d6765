"""A stored decision as a plain value: kept in histories, compared, put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from catalog.decisions.models import Adoption, DecisionChange
from catalog.resolution.decide import AdoptionRow, Decision
from tenants.actors import Actor

FACTS: Final = ("decision", "link_url", "link_authority", "reason", "alternative")


@dataclass(frozen=True, slots=True)
class DecisionState:
    """What a town has decided on a service. `row` is None while the preset holds."""

    row: AdoptionRow | None = None
    pinned_version: int | None = None

    def same_as(self, other: DecisionState) -> bool:
        """Whether both mean the same, whoever decided when."""
        return facts_of(self) == facts_of(other)


def facts_of(state: DecisionState) -> dict[str, Any]:
    """Return a decision as plain data, without who decided; an empty `decision` is the preset."""
    row = state.row
    facts: dict[str, Any] = {name: "" if row is None else str(getattr(row, name)) for name in FACTS}
    return {**facts, "pinned_version": state.pinned_version}


def state_from(facts: Mapping[str, Any]) -> DecisionState:
    """Return the decision that `facts_of` made."""
    row = None
    if facts["decision"]:
        row = AdoptionRow(Decision(facts["decision"]), **{name: facts[name] for name in FACTS[1:]})
    return DecisionState(row, facts["pinned_version"])


def state_of(adoption: Adoption) -> DecisionState:
    """Return what a row says now; one that was made just to be locked (version 0) says nothing."""
    if adoption.version == 0 or adoption.is_preset:
        return DecisionState(None, adoption.pinned_version)
    facts = {name: getattr(adoption, name) for name in FACTS[1:]}
    row = AdoptionRow(
        Decision(adoption.decision), **facts, decided_by=adoption.decided_by, decided_at=adoption.decided_at
    )
    return DecisionState(row, adoption.pinned_version)


def state_of_change(change: DecisionChange) -> DecisionState:
    """Return what held after a change."""
    return state_from({name: getattr(change, name) for name in (*FACTS, "pinned_version")})


def put_state(adoption: Adoption, state: DecisionState, *, preset: Decision, actor: Actor) -> None:
    """Write a decision into its row as the next version; saving is the caller's. `preset`: what holds without one."""
    row = state.row or AdoptionRow(stored_preset(preset))
    adoption.decision = row.decision
    adoption.link_url, adoption.link_authority = row.link_url, row.link_authority
    adoption.reason, adoption.alternative = row.reason, row.alternative
    adoption.is_preset, adoption.pinned_version = state.row is None, state.pinned_version
    adoption.decided_by, adoption.decided_at = actor.name, timezone.now()
    adoption.version += 1


def stored_preset(preset: Decision) -> Decision:
    """Return what stands in the row of an undecided service: "nobody" is never stored."""
    return Decision.NOT_OFFERED if preset is Decision.NOBODY else preset
