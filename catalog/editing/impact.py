"""What publishing a draft does to towns, before it is done. Reads projections and the registry, no town's schema.

A few queries whatever the number of towns: towns on which the same layers speak, with the same fields of their own and
the same version that they stay with, see the same, so what holds is worked out once for each such class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.decisions.above import as_pinned
from catalog.editing.drafts import DraftInfo
from catalog.editing.foreseen import with_draft
from catalog.editing.places import Scope, list_towns_in
from catalog.resolution.decide import Decision
from catalog.resolution.resolve import applies_in
from catalog.resolution.values import FIELD_KEYS, EffectiveService, FieldKey, LayerRow, Provenance
from catalog.search.selectors import profile_of_tenant
from catalog.search.townview import TownDecision, list_town_decisions
from catalog.services.pinned import list_rows_of_versions
from catalog.services.selectors import ServiceRecord
from tenants.context import as_editor
from tenants.registry.sites import TenantInfo


class Effect(StrEnum):
    """What a changed field means for a town."""

    FOLLOWS = "follows"
    REVIEW = "review"
    RESTS = "rests"
    RETURNS = "returns"
    PINNED = "pinned"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class FieldImpact:
    """What a change of one field in one language does, by town.

    `review`: an own value, the town is asked; `rests`: an own value that a new lock keeps from holding; `returns`: what
    a lock kept from holding is back, an own value or the earlier version; `pinned`: the town stays with an earlier
    version.
    """

    key: FieldKey
    follows: tuple[TenantInfo, ...]
    review: tuple[TenantInfo, ...]
    rests: tuple[TenantInfo, ...]
    returns: tuple[TenantInfo, ...]
    pinned: tuple[TenantInfo, ...]
    untouched: tuple[TenantInfo, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a draft does. `total` towns are on its layer; `uninvolved` of them have nothing to do with the service.

    `gains`: towns that show the service from then on, `loses`: towns that do not any more, by what is the same
    everywhere; `linked` and `not_offered` are those of today.
    """

    fields: tuple[FieldImpact, ...]
    total: int
    linked: tuple[TenantInfo, ...]
    not_offered: tuple[TenantInfo, ...]
    uninvolved: int
    gains: tuple[TenantInfo, ...] = ()
    loses: tuple[TenantInfo, ...] = ()

    def towns(self, effect: Effect) -> list[TenantInfo]:
        """Return the towns that some field affects in this way, each once, in German order."""
        found = {one.id: one for part in self.fields for one in getattr(part, effect.value)}
        return sorted(found.values(), key=lambda one: one.sort_key)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a town sees: on its page, above its own values, and what it would see without an earlier version."""

    page: EffectiveService
    above: EffectiveService
    newest: EffectiveService
    is_pinned: bool


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
        after = with_draft(record, draft)
        decisions = list_town_decisions(record, list_towns_in(draft.scope))
        then = list_town_decisions(after, [one.town for one in decisions]) if draft.head else decisions
        pinned = list_rows_of_versions(record.id, {one.pinned_version for one in decisions if one.pinned_version})
    keys = _changed_keys(draft)
    classes = _Classes(record, after, keys=keys, pinned=pinned)
    sorted_by_key: dict[FieldKey, _Sorted] = {key: _Sorted() for key in keys}
    for one, later in zip(decisions, then, strict=True):
        if one.decided.is_own and later.decided.is_own:
            before, now = classes.of(one)
            for key in keys:
                sorted_by_key[key].add(_effect(key, before, now), one.town)
    pairs = list(zip(decisions, then, strict=True))
    return Impact(
        fields=tuple(_field(key, found) for key, found in sorted_by_key.items()),
        total=len(decisions),
        linked=_with(decisions, Decision.LINK),
        not_offered=_with(decisions, Decision.NOT_OFFERED),
        uninvolved=sum(one.decided.kind is Decision.NOBODY for one in decisions),
        gains=tuple(a.town for a, b in pairs if b.decided.is_listed and not a.decided.is_listed),
        loses=tuple(a.town for a, b in pairs if a.decided.is_listed and not b.decided.is_listed),
    )


def list_showing_towns(record: ServiceRecord, home: Scope) -> list[TenantInfo]:
    """Return the towns on whose pages a service is now: those that would lose it with its archiving."""
    with as_editor():
        decisions = list_town_decisions(record, list_towns_in(home))
    return [one.town for one in decisions if one.decided.is_listed]


def _changed_keys(draft: DraftInfo) -> list[FieldKey]:
    """Return the fields that a draft may touch, in the order of the catalogue; a lock touches every language."""
    names = {key.field for key in draft.changes} | draft.locks.keys()
    return [key for key in FIELD_KEYS if key.field in names]


class _Classes:
    """What holds before and after, once for all towns that see the same."""

    def __init__(
        self,
        before: ServiceRecord,
        after: ServiceRecord,
        *,
        keys: Iterable[FieldKey],
        pinned: Mapping[int, tuple[LayerRow, ...]],
    ) -> None:
        self.records, self.keys, self.pinned = (before, after), frozenset(keys), pinned
        rows = (*before.rows, *after.rows, *(row for found in pinned.values() for row in found))
        self.layers = {(row.provenance.layer, row.provenance.area): row for row in rows}
        self.known: dict[object, tuple[_Seen, _Seen]] = {}

    def of(self, one: TownDecision) -> tuple[_Seen, _Seen]:
        town = one.town
        speaking = frozenset(
            place for place, row in self.layers.items() if applies_in(row, ars=town.ars, region=town.region_slug)
        )
        own = one.own_fields & self.keys
        name = (speaking, own, one.pinned_version, profile_of_tenant(town).layer)
        if name not in self.known:
            before, after = (self._seen(record, one, own) for record in self.records)
            self.known[name] = (before, after)
        return self.known[name]

    def _seen(self, record: ServiceRecord, one: TownDecision, own: Iterable[FieldKey]) -> _Seen:
        town, layer = one.town, profile_of_tenant(one.town).layer
        origin = Provenance(layer=layer, area=town.ars, owner=town.slug)
        own_rows: Sequence[LayerRow] = [LayerRow(key.field, key.language, None, origin) for key in own]
        rows = self.pinned.get(one.pinned_version) if one.pinned_version else None
        seen = as_pinned(record, rows, town)
        return _Seen(
            page=seen.resolve_in(ars=town.ars, region=town.region_slug, own_rows=own_rows),
            above=seen.resolve_in(ars=town.ars, region=town.region_slug),
            newest=record.resolve_in(ars=town.ars, region=town.region_slug),
            is_pinned=rows is not None,
        )


def _effect(key: FieldKey, before: _Seen, after: _Seen) -> Effect:
    was, now = before.page.values[key], after.page.values[key]
    held, holds = (bool(value.provenance and value.provenance.owner) for value in (was, now))
    if held != holds:
        return Effect.RESTS if held else Effect.RETURNS
    if not holds and _differs(before.page, after.page, key):
        is_newest = not after.is_pinned or not _differs(after.page, after.newest, key)
        return Effect.FOLLOWS if is_newest else Effect.RETURNS
    if holds and _differs(before.above, after.above, key):
        return Effect.REVIEW
    is_behind = after.is_pinned and _differs(before.newest, after.newest, key)
    return Effect.PINNED if is_behind else Effect.UNTOUCHED


def _differs(one: EffectiveService, other: EffectiveService, key: FieldKey) -> bool:
    before, after = one.values[key], other.values[key]
    return before.value != after.value or (before.provenance is None) != (after.provenance is None)


def _field(key: FieldKey, found: _Sorted) -> FieldImpact:
    return FieldImpact(key, *(found.of(effect) for effect in Effect))


def _with(decisions: Iterable[TownDecision], kind: Decision) -> tuple[TenantInfo, ...]:
    return tuple(one.town for one in decisions if one.decided.kind is kind)
