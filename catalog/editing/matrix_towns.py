"""The towns of a region's matrix: what each begins with, and what it adds up to.

What towns begin with is worked out once for each kind of town and sort of service, so that totals over a thousand towns
cost what a dozen cost. No queries here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from catalog.editing.matrix_filters import PINNED
from catalog.resolution.decide import AdoptionRow, Decided, Decision, decide
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Layer, PresetRow, ServiceHead
from catalog.search.decisionrows import StoredGroup, StoredRow
from catalog.search.selectors import profile_of_tenant
from catalog.services.selectors import ServiceRecord
from tenants.registry.sites import TenantInfo, directory

_NOBODY: Final = Decided(Decision.NOBODY, is_preset=True, row=AdoptionRow(Decision.NOBODY))

Stored = Mapping[UUID, StoredRow]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one town does with one service. `missed`: how many versions a town that stays with one has missed."""

    decision: Decision
    is_preset: bool
    is_of_region: bool = False
    fields: tuple[str, ...] = ()
    pinned_version: int | None = None
    missed: int = 0
    link_url: str = ""
    link_authority: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How often each decision stands in a row or a column, and how many stay with a version."""

    decisions: Mapping[Decision, int]
    pinned: int = 0

    def count(self, decision: Decision) -> int:
        """Return how often it stands there."""
        return self.decisions.get(decision, 0)


# What a preset depends on, and so the key under which it is known: services alike in it begin alike.
_Likeness = tuple[Layer, str, tuple[PresetRow, ...]]


def _likeness(head: ServiceHead) -> _Likeness:
    return (head.layer, head.area, head.presets)


@dataclass(frozen=True, slots=True)
class ServiceSorts:
    """Services by id, and one of each sort that begins alike with their number."""

    heads: Mapping[UUID, ServiceHead]
    sorts: Sequence[tuple[ServiceHead, int]]

    @classmethod
    def of(cls, heads: Iterable[ServiceHead]) -> ServiceSorts:
        """Sort services."""
        by_id = {head.id: head for head in heads}
        counts = Counter(_likeness(head) for head in by_id.values())
        examples = {_likeness(head): head for head in by_id.values()}
        return cls(by_id, [(head, counts[likeness]) for likeness, head in examples.items()])


class DecidedTowns(NamedTuple):
    """Towns that decided alike on a service."""

    decision: Decision
    towns: list[TenantInfo]
    has_pinned: bool


@dataclass(slots=True)
class TownField:
    """The towns of a matrix, and what each begins with: known by kind and area instead of by town."""

    towns: Sequence[TenantInfo]
    _by_kind: dict[str, list[TenantInfo]] = field(init=False, repr=False)
    _by_key: dict[str, TenantInfo] = field(init=False, repr=False)
    _covered: dict[tuple[str, Layer, str], frozenset[UUID]] = field(init=False, default_factory=dict, repr=False)
    _sorts: dict[_Likeness, list[tuple[str, frozenset[UUID], Decided]]] = field(
        init=False, default_factory=dict, repr=False
    )

    def __post_init__(self) -> None:
        """Sort the towns by kind."""
        self._by_kind = {}
        for town in self.towns:
            self._by_kind.setdefault(town.kind, []).append(town)
        self._by_key = {str(town.id): town for town in self.towns}

    @property
    def kinds(self) -> list[str]:
        """The kinds of towns there are."""
        return list(self._by_kind)

    def covered(self, kind: str, head: ServiceHead) -> frozenset[UUID]:
        """Return the towns of a kind in the area of a service."""
        key = (kind, head.layer, head.area)
        if key not in self._covered:
            self._covered[key] = frozenset(
                town.id
                for town in self._by_kind[kind]
                if area_covers(head.layer, head.area, ars=town.ars, region=town.region_slug)
            )
        return self._covered[key]

    def sorts(self, head: ServiceHead) -> list[tuple[str, frozenset[UUID], Decided]]:
        """Return each kind of town that has to do with a service: those towns, and what they begin with."""
        likeness = _likeness(head)
        if likeness not in self._sorts:
            self._sorts[likeness] = [
                (
                    kind,
                    covered,
                    decide(head, profile_of_tenant(next(town for town in towns if town.id in covered)), None),
                )
                for kind, towns in self._by_kind.items()
                if (covered := self.covered(kind, head))
            ]
        return self._sorts[likeness]

    def preset(self, head: ServiceHead, town: TenantInfo) -> Decided:
        """Return what a town does without a decision of its own."""
        for kind, covered, decided in self.sorts(head):
            if kind == town.kind:
                return decided if town.id in covered else _NOBODY
        return _NOBODY

    def cell(self, record: ServiceRecord, town: TenantInfo, row: StoredRow | None) -> Cell:
        """Return what a town does with a service, without the details of its decision."""
        if row is not None:
            missed = 0 if row.pinned_version is None else max(record.version - row.pinned_version, 0)
            return Cell(row.decision, is_preset=False, pinned_version=row.pinned_version, missed=missed)
        decided = self.preset(record.head, town)
        return Cell(
            decided.kind,
            is_preset=True,
            is_of_region=decided.is_of_region,
            link_url=decided.row.link_url,
            link_authority=decided.row.link_authority,
        )

    def row_totals(self, head: ServiceHead, stored: Stored) -> Totals:
        """Return the totals of a service over all towns."""
        counts: Counter[Decision] = Counter(row.decision for row in stored.values())
        left = len(self.towns) - len(stored)
        for _kind, covered, decided in self.sorts(head):
            undecided = len(covered) - sum(1 for town_id in stored if town_id in covered)
            counts[decided.kind] += undecided
            left -= undecided
        counts[Decision.NOBODY] += left
        return Totals(counts, pinned=sum(1 for row in stored.values() if row.pinned_version is not None))

    def column_totals(self, town: TenantInfo, services: ServiceSorts, stored: Stored) -> Totals:
        """Return the totals of a town over all services; `stored` holds its decisions by service."""
        counts: Counter[Decision] = Counter()
        for head, count in services.sorts:
            counts[self.preset(head, town).kind] += count
        pinned = 0
        for service_id, row in stored.items():
            if service_id in services.heads:
                counts[self.preset(services.heads[service_id], town).kind] -= 1
                counts[row.decision] += 1
                pinned += row.pinned_version is not None
        return Totals(counts, pinned=pinned)

    def in_groups(self, groups: Iterable[StoredGroup]) -> list[DecidedTowns]:
        """Return the decisions of these towns; others, as of other regions, are left out."""
        return [
            DecidedTowns(
                group.decision,
                [self._by_key[key] for key in group.towns if key in self._by_key],
                any(key in self._by_key for key in group.pinned),
            )
            for group in groups
        ]

    def differs(self, head: ServiceHead, decided: Iterable[DecidedTowns]) -> bool:
        """Whether some town does something else than what it began with."""
        return any(self.preset(head, town).kind is not one.decision for one in decided for town in one.towns)

    def has(self, wanted: str, head: ServiceHead, decided: Sequence[DecidedTowns]) -> bool:
        """Whether some town has this decision, its own or a preset, or stays with a version (`pinned`)."""
        if wanted == PINNED:
            return any(one.has_pinned for one in decided)
        if any(one.towns and one.decision == wanted for one in decided):
            return True
        busy = {town.id for one in decided for town in one.towns}
        if any(preset.kind == wanted and not covered <= busy for _kind, covered, preset in self.sorts(head)):
            return True
        concerned = busy.union(*(covered for _kind, covered, _preset in self.sorts(head)))
        return wanted == Decision.NOBODY and len(concerned) < len(self.towns)


def list_region_towns(region: str, *, kind: str = "") -> list[TenantInfo]:
    """Return the towns of a region, of one kind if named, training copies left out, in German order: no query."""
    return [
        town
        for town in directory.snapshot().tenants.values()
        if town.region_slug == region and not town.is_training and (not kind or town.kind == kind)
    ]
