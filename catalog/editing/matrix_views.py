"""The matrix of a region: the page, and the whole of it as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.decisions.presentation import DECISION_LABELS
from catalog.editing import matrix_filters
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.matrix import Matrix, Row, get_matrix
from catalog.editing.matrix_export import write_matrix
from catalog.editing.matrix_towns import Cell, Totals, list_region_towns
from catalog.resolution.decide import Decision
from catalog.services.fields import FIELD_LABELS, LAYER_NAMES
from catalog.services.selectors import list_categories
from tenants.links import public_url
from tenants.registry.sites import TenantInfo

# What stands in a cell: short, the same in every language, and different without any colour.
MARKS: Final = {
    Decision.ADOPT: "=",
    Decision.OVERRIDE: "≠",
    Decision.LINK: "→",
    Decision.NOT_OFFERED: "×",
    Decision.NOBODY: "–",
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell in the shape that the macro takes. `text` says everything; `mark` is what is seen of it."""

    kind: str
    mark: str
    text: str
    href: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row in the shape that the macro takes."""

    title: str
    href: str
    layer: str
    cells: Sequence[ShownCell]
    totals: Sequence[int]


@require_safe
@region_editors_only
def matrix(request: HttpRequest) -> HttpResponse:
    """Show a page of services × towns."""
    region, language = actor_of(request).region, _language()
    categories, towns = list_categories(), list_region_towns(region)
    filters = matrix_filters.read_filters(request.GET, categories=categories, towns=towns)
    found = get_matrix(region=region, filters=filters, language=language)
    path, words = reverse("catalog_editing:matrix"), _Words()
    context = {
        "matrix": found,
        "filters": filters,
        "fields": matrix_filters.filter_fields(filters, categories=categories, towns=towns, language=language),
        "active": matrix_filters.active_filters(filters, categories=categories, path=path, language=language),
        "result": _result(found),
        "legend": [(one.value, MARKS[one], str(DECISION_LABELS[one])) for one in MARKS],
        "columns": [(one.town.name, public_url(one.town.host), _figures(one.totals)) for one in found.columns],
        "rows": [_shown_row(row, found, words) for row in found.rows],
        "export_href": f"{reverse('catalog_editing:matrix_export')}?{filters.query()}",
    }
    return render(request, "editing/matrix.html", context)


@require_safe
@region_editors_only
def matrix_export(request: HttpRequest) -> HttpResponse:
    """Answer with all services and towns of the filters as a CSV file for a spreadsheet."""
    region = actor_of(request).region
    filters = matrix_filters.read_filters(request.GET, categories=list_categories(), towns=list_region_towns(region))
    text = write_matrix(region=region, filters=filters, language=_language())
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="matrix-{region}.csv"'
    return response


class _Words:
    """What cells say. Most cells of a page say the same, but for the town's name: each is put into words once."""

    def __init__(self) -> None:
        self._known: dict[Cell, tuple[str, str]] = {}

    def shown(self, cell: Cell, town: TenantInfo, path: str) -> ShownCell:
        """Return the cell in the shape that the macro takes."""
        if cell not in self._known:
            self._known[cell] = (_mark(cell), _describe(cell))
        mark, words = self._known[cell]
        is_shown = cell.decision is not Decision.NOBODY and town.is_open
        return ShownCell(
            kind=cell.decision.value,
            mark=mark,
            text=f"{town.name}: {words}",
            href=public_url(town.host, path) if is_shown else "",
            is_own=not cell.is_preset,
        )


def _mark(cell: Cell) -> str:
    mark = MARKS[cell.decision] + (f" {len(cell.fields)}" if cell.fields else "")
    return mark if cell.pinned_version is None else f"{mark} v{cell.pinned_version}"


def _describe(cell: Cell) -> str:
    """Return everything that a cell says, in words: for who hears it, and for the hint."""
    parts = [str(DECISION_LABELS[cell.decision])]
    if cell.fields:
        parts.append(", ".join(str(FIELD_LABELS[name]) for name in cell.fields if name in FIELD_LABELS))
    if cell.link_authority:
        parts.append(cell.link_authority)
    if cell.pinned_version is not None:
        stays = _("bleibt bei Fassung {number}, {missed} hinter der neuesten")
        parts.append(stays.format(number=cell.pinned_version, missed=cell.missed))
    if cell.is_preset and cell.decision is not Decision.NOBODY:
        parts.append(_("Vorgabe der Region") if cell.is_of_region else _("Voreinstellung"))
    return "; ".join(parts)


def _shown_row(row: Row, found: Matrix, words: _Words) -> ShownRow:
    slug = {"slug": row.record.slug}
    # The address of a service is the same at the umbrella and in every town.
    path = reverse("umbrella:service", kwargs=slug)
    return ShownRow(
        title=row.title,
        href=reverse("catalog_editing:service", kwargs=slug),
        layer=str(LAYER_NAMES[row.record.head.layer]),
        cells=[words.shown(cell, one.town, path) for cell, one in zip(row.cells, found.columns, strict=True)],
        totals=_figures(row.totals),
    )


def _figures(totals: Totals) -> list[int]:
    return [totals.count(one) for one in MARKS]


def _result(found: Matrix) -> str:
    services = ngettext("{count} Leistung", "{count} Leistungen", found.services).format(count=found.services)
    towns = ngettext("{count} Kommune", "{count} Kommunen", found.towns).format(count=found.towns)
    return _("{services}, {towns}").format(services=services, towns=towns)


def _language() -> str:
    return (get_language() or "de")[:2]
