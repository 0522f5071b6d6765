"""What a decision on many services would do to each of them. Pure: the caller has read all that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalog.decisions.models import Adoption
from catalog.decisions.states import DecisionState, state_of
from catalog.decisions.town import TownService, profile_of
from catalog.decisions.validation import IMPOSSIBLE, check_decision, why_impossible
from catalog.resolution.decide import AdoptionRow, Decision, decide
from catalog.resolution.values import FieldKey
from tenants.registry.sites import TenantInfo


class BulkAction(StrEnum):
    """What can be decided for many services at once."""

    ADOPT = "adopt"
    OVERRIDE = "override"
    LINK = "link"
    NOT_OFFERED = "not_offered"
    PRESET = "preset"
    PIN = "pin"
    UNPIN = "unpin"


class Outcome(StrEnum):
    """What becomes of one service: only CHANGED ones are written."""

    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    STALE = "stale"
    GONE = "gone"


REASONS: Final[Mapping[str, Promise]] = {
    **IMPOSSIBLE,
    "stale": gettext_lazy("Jemand hat inzwischen anders entschieden."),
    "gone": gettext_lazy("Diese Leistung gibt es nicht mehr."),
    "not_own": gettext_lazy("Festhalten lässt sich nur, was Ihre Kommune selbst ausführt."),
}
# Decisions on which a town's own values hold.
_WITH_OWN: Final = Decision.OVERRIDE


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is to be decided. `row` is the decision itself, where the action is one."""

    action: BulkAction
    row: AdoptionRow | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One service in a bulk decision. `then` is what holds afterwards; `reason` is a key of REASONS, or "".

    `resting`: own values that hold now and would rest; `waking`: those that rest now and would hold. `is_nobodys`: the
    town would carry out what nobody is responsible for here, as the catalogue says.
    """

    service_id: UUID
    slug: str
    title: str
    outcome: Outcome
    now: DecisionState
    then: DecisionState
    preset: Decision
    reason: str = ""
    resting: tuple[FieldKey, ...] = ()
    waking: tuple[FieldKey, ...] = ()
    is_nobodys: bool = False

    @property
    def now_kind(self) -> Decision:
        """What the town does with the service now."""
        return self.now.row.decision if self.now.row else self.preset

    @property
    def then_kind(self) -> Decision:
        """What it does afterwards."""
        return self.then.row.decision if self.then.row else self.preset


def check_wish(
    *, action: str, link_url: str = "", link_authority: str = "", reason: str = "", alternative: str = ""
) -> BulkWish:
    """Return a wish with what belongs to it. Raises: InvalidInput."""
    if action in {BulkAction.PRESET, BulkAction.PIN, BulkAction.UNPIN}:
        return BulkWish(BulkAction(action))
    row = check_decision(
        decision=action, link_url=link_url, link_authority=link_authority, reason=reason, alternative=alternative
    )
    return BulkWish(BulkAction(row.decision.value), row)


def plan_bulk(
    wish: BulkWish,
    selection: Mapping[UUID, int],
    *,
    services: Iterable[TownService],
    adoptions: Iterable[Adoption],
    own: Mapping[UUID, tuple[FieldKey, ...]],
    town: TenantInfo,
) -> list[Planned]:
    """Return what becomes of each selected service, in the order of the selection.

    `selection`: the version of the decision that was seen, 0 for none. Services that are missing are gone.
    """
    known = {one.id: one for one in services}
    rows = {row.service_id: row for row in adoptions}
    planned = []
    for service_id, version in selection.items():
        service, row = known.get(service_id), rows.get(service_id)
        if service is None:
            planned.append(_gone(service_id))
            continue
        now = state_of(row) if row else DecisionState()
        one = _plan(wish, service, now, town=town)
        if version != (row.version if row else 0):
            one = replace(one, outcome=Outcome.STALE, reason="stale", then=now)
        planned.append(_with_own_values(one, own.get(service_id, ())))
    return planned


def _plan(wish: BulkWish, service: TownService, now: DecisionState, *, town: TenantInfo) -> Planned:
    head = service.record.head
    preset = decide(head, profile_of(town), None).kind
    reason = _refusal(wish, service, now.row.decision if now.row else preset, town=town)
    then = now if reason else _then(wish, service, now, preset=preset)
    outcome = Outcome.SAME if now.same_as(then) else Outcome.CHANGED
    is_taken = (then.row.decision if then.row else preset) in {Decision.ADOPT, Decision.OVERRIDE}
    return Planned(
        service_id=service.id,
        slug=service.slug,
        title=service.title("de"),
        outcome=Outcome.REFUSED if reason else outcome,
        now=now,
        then=then,
        preset=preset,
        reason=reason,
        is_nobodys=is_taken and service.authority is not None and service.authority.is_nobody,
    )


def _refusal(wish: BulkWish, service: TownService, kind: Decision, *, town: TenantInfo) -> str:
    if wish.row is not None:
        return why_impossible(service.record, wish.row, town)
    return "not_own" if wish.action is BulkAction.PIN and kind not in {Decision.ADOPT, Decision.OVERRIDE} else ""


def _then(wish: BulkWish, service: TownService, now: DecisionState, *, preset: Decision) -> DecisionState:
    if wish.action is BulkAction.PRESET:
        return DecisionState()
    if wish.action is BulkAction.UNPIN:
        return replace(now, pinned_version=None)
    if wish.action is BulkAction.PIN:
        # Who stays with an older version already goes on staying with it.
        return DecisionState(now.row or AdoptionRow(preset), now.pinned_version or service.record.version)
    return DecisionState(wish.row, now.pinned_version)


def _with_own_values(one: Planned, own: tuple[FieldKey, ...]) -> Planned:
    holds_now, holds_then = one.now_kind is _WITH_OWN, one.then_kind is _WITH_OWN
    if one.outcome is not Outcome.CHANGED or holds_now == holds_then:
        return one
    return replace(one, resting=own) if holds_now else replace(one, waking=own)


def _gone(service_id: UUID) -> Planned:
    return Planned(
        service_id=service_id,
        slug="",
        title="",
        outcome=Outcome.GONE,
        now=DecisionState(),
        then=DecisionState(),
        preset=Decision.NOBODY,
        reason="gone",
    )
