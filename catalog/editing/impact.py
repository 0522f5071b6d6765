"""What publishing a draft does to towns, before it is done. Reads projections and the registry, no town's schema.

Two queries whatever the number of towns: towns on which the same layers speak see the same, so what holds is worked
out once for each kind of place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from catalog.editing.drafts import DraftInfo
from catalog.editing.places import list_towns_in
from catalog.resolution.decide import Decision
from catalog.resolution.resolve import applies_in, resolve
from catalog.resolution.values import FIELD_KEYS, EffectiveService, FieldKey, LayerRow
from catalog.search.townview import TownDecision, list_town_decisions
from catalog.services.selectors import ServiceRecord
from tenants.context import as_editor
from tenants.registry.sites import TenantInfo


class Effect(StrEnum):
    """What a changed field means for a town."""

    FOLLOWS = "follows"
    REVIEW = "review"
    RESTS = "rests"
    PINNED = "pinned"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class FieldImpact:
    """What a change of one field in one language does, by town.

    `review`: an own value, the town is asked; `rests`: an own value that a new lock keeps from holding; `pinned`: the
    town stays with an earlier version.
    """

    key: FieldKey
    follows: tuple[TenantInfo, ...]
    review: tuple[TenantInfo, ...]
    rests: tuple[TenantInfo, ...]
    pinned: tuple[TenantInfo, ...]
    untouched: tuple[TenantInfo, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a draft does. `total` towns are on its layer; `uninvolved` of them have nothing to do with the service."""

    fields: tuple[FieldImpact, ...]
    total: int
    linked: tuple[TenantInfo, ...]
    not_offered: tuple[TenantInfo, ...]
    uninvolved: int

    def towns(self, effect: Effect) -> list[TenantInfo]:
        """Return the towns that some field affects in this way, each once, in German order."""
        found = {one.id: one for part in self.fields for one in getattr(part, effect.value)}
        return sorted(found.values(), key=lambda one: one.sort_key)


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds before and after where the same rows speak."""

    before: EffectiveService
    after: EffectiveService


@dataclass(slots=True)
class _Sorted:
    """Towns of one field by effect, while they are being sorted."""

    towns: dict[Effect, list[TenantInfo]] = field(default_factory=dict)

    def add(self, effect: Effect, town: TenantInfo) -> None:
        self.towns.setdefault(effect, []).append(town)

    def of(self, effect: Effect) -> tuple[TenantInfo, ...]:
        return tuple(self.towns.get(effect, ()))


def foresee(record: ServiceRecord, draft: DraftInfo) -> Impact:
    """Return what publishing this draft would do to the towns of its layer."""
    with as_editor():
        decisions = list_town_decisions(record, list_towns_in(draft.scope))
    places = _places(record, draft.apply(record.rows), [one.town for one in decisions])
    keys = _changed_keys(draft)
    sorted_by_key: dict[FieldKey, _Sorted] = {key: _Sorted() for key in keys}
    for one in decisions:
        if one.decided.is_own:
            for key in keys:
                sorted_by_key[key].add(_effect(one, key, places[one.town.id]), one.town)
    return Impact(
        fields=tuple(_field(key, found) for key, found in sorted_by_key.items()),
        total=len(decisions),
        linked=_with(decisions, Decision.LINK),
        not_offered=_with(decisions, Decision.NOT_OFFERED),
        uninvolved=sum(one.decided.kind is Decision.NOBODY for one in decisions),
    )


def _changed_keys(draft: DraftInfo) -> list[FieldKey]:
    """Return the fields that a draft touches in the order of the catalogue; a lock touches every language."""
    return [key for key in FIELD_KEYS if key in draft.changes or key.field in draft.locks]


def _places(record: ServiceRecord, after: tuple[LayerRow, ...], towns: Iterable[TenantInfo]) -> Mapping[UUID, _Place]:
    layers = {(row.provenance.layer, row.provenance.area): row for row in (*record.rows, *after)}
    known: dict[frozenset[object], _Place] = {}
    found: dict[UUID, _Place] = {}
    for town in towns:
        speaking = frozenset(
            key for key, row in layers.items() if applies_in(row, ars=town.ars, region=town.region_slug)
        )
        if speaking not in known:
            known[speaking] = _Place(_resolved(record, record.rows, speaking), _resolved(record, after, speaking))
        found[town.id] = known[speaking]
    return found


def _resolved(record: ServiceRecord, rows: tuple[LayerRow, ...], speaking: frozenset[object]) -> EffectiveService:
    return resolve(record.head, [row for row in rows if (row.provenance.layer, row.provenance.area) in speaking])


def _effect(one: TownDecision, key: FieldKey, place: _Place) -> Effect:
    before, after = place.before.values[key], place.after.values[key]
    is_own = key in one.own_fields
    is_new_lock = before.locked_by is None and after.locked_by is not None
    changes = before.value != after.value or (before.provenance is None) != (after.provenance is None)
    if is_own and is_new_lock:
        return Effect.RESTS
    if not changes:
        return Effect.UNTOUCHED
    # Locked fields reach everyone, whatever a town wrote or stays with.
    if after.locked_by is not None:
        return Effect.FOLLOWS
    if one.pinned_version is not None:
        return Effect.PINNED
    return Effect.REVIEW if is_own else Effect.FOLLOWS


def _field(key: FieldKey, found: _Sorted) -> FieldImpact:
    return FieldImpact(key, *(found.of(effect) for effect in Effect))


def _with(decisions: Iterable[TownDecision], kind: Decision) -> tuple[TenantInfo, ...]:
    return tuple(one.town for one in decisions if one.decided.kind is kind)
