"""What a preset changes for towns that have not decided, before it is saved. Projections and the registry only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from catalog.editing.matrix_towns import TownField, list_region_towns
from catalog.resolution.decide import AdoptionRow, Decided, Decision, decide
from catalog.resolution.values import PresetRow, ServiceHead
from catalog.search.decisionrows import list_stored_rows
from catalog.search.selectors import profile_of_tenant
from catalog.services.selectors import ServiceRecord


@dataclass(frozen=True, slots=True)
class PresetChange:
    """How often towns that have not decided come from one decision to another."""

    before: Decision
    after: Decision
    count: int


@dataclass(frozen=True, slots=True)
class PresetEffect:
    """What a preset changes: for how many towns, on how many services, from what to what.

    `decided`: how often a town has decided itself; that stays.
    """

    services: int
    towns: int
    decided: int
    changes: tuple[PresetChange, ...]


def with_preset(head: ServiceHead, preset: PresetRow, category_codes: Sequence[str]) -> ServiceHead:
    """Return the service as it would be with this preset in the place of the one for the same target."""
    rows = [*without_preset(head, preset).presets, preset]
    order = {"": -1} | {code: number for number, code in enumerate(category_codes)}
    rows.sort(key=lambda row: order.get(row.category_code, len(order)))
    return replace(head, presets=tuple(rows))


def without_preset(head: ServiceHead, preset: PresetRow) -> ServiceHead:
    """Return the service as it would be without the region's preset for the same target."""
    target = (preset.region, preset.category_code)
    return replace(head, presets=tuple(row for row in head.presets if (row.region, row.category_code) != target))


def foresee(
    region: str, records: Iterable[ServiceRecord], change: Callable[[ServiceRecord], ServiceHead]
) -> PresetEffect:
    """Return what changes when each service becomes what `change` makes of it; one query.

    Worked out for each kind of town and area, so a thousand towns cost what a dozen cost.
    """
    towns = TownField(list_region_towns(region))
    records = list(records)
    stored = list_stored_rows(towns=[town.id for town in towns.towns], service_ids=[one.id for one in records])
    counts: Counter[tuple[Decision, Decision]] = Counter()
    touched: set[UUID] = set()
    services = decided = 0
    for record in records:
        rows = stored.get(record.id, {})
        decided += len(rows)
        found = _changes(towns, record.head, change(record))
        changed = [(pair, ids - rows.keys()) for pair, ids in found]
        for pair, ids in changed:
            counts[pair] += len(ids)
            touched |= ids
        services += any(ids for _pair, ids in changed)
    changes = tuple(PresetChange(*pair, count) for pair, count in counts.most_common() if count)
    return PresetEffect(services, len(touched), decided, changes)


def _changes(
    towns: TownField, before: ServiceHead, after: ServiceHead
) -> list[tuple[tuple[Decision, Decision], frozenset[UUID]]]:
    """Return the towns for which something changes, decided or not, by what they come from and to."""
    found = []
    for kind in towns.kinds:
        covered = towns.covered(kind, before)
        if covered:
            profile = profile_of_tenant(next(town for town in towns.towns if town.id in covered))
            old, new = decide(before, profile, None), decide(after, profile, None)
            if _shown(old) != _shown(new):
                found.append(((old.kind, new.kind), covered))
    return found


def _shown(decided: Decided) -> tuple[Decision, AdoptionRow]:
    return decided.kind, decided.row
