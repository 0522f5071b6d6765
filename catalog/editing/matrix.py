"""The matrix: services × towns of a region, who adopts, adapts, links, does not offer, and stays with which version.

Read from projections, the registry and the rule of presets, never from a town's schema. Four queries whatever the size:
services, decisions of the rows shown, of the columns shown, details of the cells shown; and one more where the filters
ask what towns decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from catalog.editing.matrix_filters import MatrixFilters
from catalog.editing.matrix_towns import Cell, ServiceSorts, Totals, TownField, list_region_towns
from catalog.resolution.decide import Decision
from catalog.search.decisionrows import (
    StoredDetails,
    StoredRow,
    list_stored_details,
    list_stored_groups,
    list_stored_rows,
)
from catalog.services.selectors import ServiceRecord, list_services
from tenants.registry.sites import TenantInfo
from tenants.sorting import german_sort_key

ROWS: Final = 50
COLUMNS: Final = 30


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


def get_matrix(*, region: str, filters: MatrixFilters, language: str) -> Matrix:
    """Return the page of a region's matrix that the filters ask for. As the editors' database role."""
    field_of_towns = TownField(list_region_towns(region, kind=filters.art))
    named = list_named_services(region=region, filters=filters, language=language)
    named = matching_services(named, field_of_towns, filters)
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
    named: list[tuple[str, ServiceRecord]], towns: TownField, filters: MatrixFilters
) -> list[tuple[str, ServiceRecord]]:
    """Return the services that some town treats as the filters ask; one query where they ask anything."""
    if not filters.narrows_rows:
        return named
    groups = list_stored_groups()
    found = []
    for title, record in named:
        decided = towns.in_groups(groups.get(record.id, ()))
        if filters.nur and not towns.differs(record.head, decided):
            continue
        if filters.entscheidung and not towns.has(filters.entscheidung, record.head, decided):
            continue
        found.append((title, record))
    return found


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
