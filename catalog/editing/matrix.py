"""The matrix: services × towns of a region, who adopts, adapts, links, does not offer, and stays with which version.

Read from projections, the registry and the rule of presets, never from a town's schema. Five queries whatever the size:
services, stored decisions of the rows shown, of the columns shown, details of the cells shown, topics. What towns begin
with is worked out once for each kind of town and area, so that totals over a thousand towns cost what a dozen cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from catalog.editing.matrix_filters import MatrixFilters
from catalog.resolution.decide import AdoptionRow, Decided, Decision, decide
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Layer, PresetRow, ServiceHead
from catalog.search.decisionrows import StoredDetails, StoredRow, list_stored_details, list_stored_rows
from catalog.search.selectors import profile_of_tenant
from catalog.services.selectors import ServiceRecord, list_services
from tenants.registry.sites import TenantInfo, directory
from tenants.sorting import german_sort_key

ROWS: Final = 50
COLUMNS: Final = 30
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


@dataclass(frozen=True, slots=True)
class Row:
    """A service with its totals over all towns of the matrix, and the cells of the towns shown."""

    record: ServiceRecord
    title: str
    totals: Totals
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A town with its totals over all services of the matrix."""

    town: TenantInfo
    totals: Totals


@dataclass(frozen=True, slots=True)
class Matrix:
    """A page of the matrix. `services` and `towns` are the numbers of all rows and columns."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    services: int
    towns: int
    row_page: int
    row_pages: int
    column_page: int
    column_pages: int


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


@dataclass(slots=True)
class TownField:
    """The towns of a matrix, and what each begins with: known by kind and area instead of by town."""

    towns: Sequence[TenantInfo]
    _by_kind: dict[str, list[TenantInfo]] = field(init=False, repr=False)
    _by_id: dict[UUID, TenantInfo] = field(init=False, repr=False)
    _covered: dict[tuple[str, Layer, str], frozenset[UUID]] = field(init=False, default_factory=dict, repr=False)
    _known: dict[tuple[_Likeness, str], Decided] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Sort the towns by kind."""
        self._by_kind = {}
        for town in self.towns:
            self._by_kind.setdefault(town.kind, []).append(town)
        self._by_id = {town.id: town for town in self.towns}

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

    def preset(self, head: ServiceHead, town: TenantInfo) -> Decided:
        """Return what a town does without a decision of its own."""
        if town.id not in self.covered(town.kind, head):
            return _NOBODY
        key = (_likeness(head), town.kind)
        if key not in self._known:
            self._known[key] = decide(head, profile_of_tenant(town), None)
        return self._known[key]

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
        for kind, towns in self._by_kind.items():
            covered = self.covered(kind, head)
            if covered:
                undecided = len(covered) - sum(1 for town_id in stored if town_id in covered)
                any_town = next(town for town in towns if town.id in covered)
                counts[self.preset(head, any_town).kind] += undecided
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

    def differs(self, head: ServiceHead, stored: Stored) -> bool:
        """Whether some town does something else than what it began with."""
        return any(row.decision is not self.preset(head, self._by_id[town_id]).kind for town_id, row in stored.items())


def list_region_towns(region: str, *, kind: str = "") -> list[TenantInfo]:
    """Return the towns of a region, of one kind if named, training copies left out, in German order: no query."""
    return [
        town
        for town in directory.snapshot().tenants.values()
        if town.region_slug == region and not town.is_training and (not kind or town.kind == kind)
    ]


def get_matrix(*, region: str, filters: MatrixFilters, language: str) -> Matrix:
    """Return the page of a region's matrix that the filters ask for. As the editors' database role."""
    field_of_towns = TownField(list_region_towns(region, kind=filters.art))
    named = list_named_services(region=region, filters=filters, language=language)
    if filters.narrows_rows:
        stored = list_stored_rows(towns=[town.id for town in field_of_towns.towns])
        named = matching_services(named, field_of_towns, filters, stored=stored)
    row_page, row_pages = _page(filters.seite, len(named), ROWS)
    column_page, column_pages = _page(filters.spalten, len(field_of_towns.towns), COLUMNS)
    shown = named[(row_page - 1) * ROWS : row_page * ROWS]
    towns = field_of_towns.towns[(column_page - 1) * COLUMNS : column_page * COLUMNS]
    return Matrix(
        rows=tuple(_rows(shown, field_of_towns, towns)),
        columns=tuple(_columns(named, field_of_towns, towns)),
        services=len(named),
        towns=len(field_of_towns.towns),
        row_page=row_page,
        row_pages=row_pages,
        column_page=column_page,
        column_pages=column_pages,
    )


def list_named_services(*, region: str, filters: MatrixFilters, language: str) -> list[tuple[str, ServiceRecord]]:
    """Return the services of the filters with their titles in the region, in German order; one query."""
    found = []
    for record in list_services(fields=("title",), category=filters.thema):
        if not filters.ebene or record.head.layer.value == filters.ebene:
            title = str(record.resolve_in(ars="", region=region).shown("title", language).value or record.slug)
            if filters.suche.casefold() in title.casefold():
                found.append((title, record))
    return sorted(found, key=lambda one: (german_sort_key(one[0]), one[1].slug))


def matching_services(
    named: Sequence[tuple[str, ServiceRecord]],
    towns: TownField,
    filters: MatrixFilters,
    *,
    stored: Mapping[UUID, Stored],
) -> list[tuple[str, ServiceRecord]]:
    """Return the services that some town treats as the filters ask; `stored` holds the decisions of all towns."""
    found = []
    for title, record in named:
        rows = stored.get(record.id, {})
        if filters.nur and not towns.differs(record.head, rows):
            continue
        if filters.entscheidung and not _has(filters.entscheidung, towns.row_totals(record.head, rows)):
            continue
        found.append((title, record))
    return found


def _has(wanted: str, totals: Totals) -> bool:
    return bool(totals.pinned if wanted == "pinned" else totals.count(Decision(wanted)))


def _rows(shown: Sequence[tuple[str, ServiceRecord]], towns: TownField, columns: Sequence[TenantInfo]) -> Iterable[Row]:
    ids = [record.id for _title, record in shown]
    stored = list_stored_rows(towns=[town.id for town in towns.towns], service_ids=ids)
    details = list_stored_details(service_ids=ids, towns=[town.id for town in columns])
    for title, record in shown:
        rows = stored.get(record.id, {})
        cells = []
        for town in columns:
            cell = towns.cell(record, town, rows.get(town.id))
            more = details.get((record.id, town.id))
            cells.append(cell if more is None else _detailed(cell, more))
        yield Row(record, title, towns.row_totals(record.head, rows), tuple(cells))


def _detailed(cell: Cell, more: StoredDetails) -> Cell:
    fields = more.fields if cell.decision is Decision.OVERRIDE else ()
    return replace(cell, fields=fields, link_url=more.link_url, link_authority=more.link_authority)


def _columns(
    named: Sequence[tuple[str, ServiceRecord]], towns: TownField, columns: Sequence[TenantInfo]
) -> Iterable[Column]:
    ids = [town.id for town in columns]
    stored: dict[UUID, dict[UUID, StoredRow]] = {town_id: {} for town_id in ids}
    for service_id, rows in list_stored_rows(towns=ids, of_towns=ids).items():
        for town_id, row in rows.items():
            stored[town_id][service_id] = row
    services = ServiceSorts.of(record.head for _title, record in named)
    for town in columns:
        yield Column(town, towns.column_totals(town, services, stored[town.id]))


def _page(wanted: int, total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return min(max(wanted, 1), pages), pages
