"""The matrix as a CSV file, the way German spreadsheets read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.decisions.presentation import DECISION_LABELS
from catalog.editing.matrix import list_named_services, matching_services
from catalog.editing.matrix_filters import MatrixFilters
from catalog.editing.matrix_towns import TownField, list_region_towns
from catalog.search.decisionrows import StoredRow, list_stored_rows
from catalog.services.csvcells import safe_cell
from catalog.services.fields import LAYER_NAMES


def write_matrix(*, region: str, filters: MatrixFilters, language: str) -> str:
    """Return all services × towns of the filters: a line for each service, a column for each town.

    Two queries, three where the filters ask what towns decided.
    """
    towns = list_region_towns(region, kind=filters.art)
    field_of_towns = TownField(towns)
    stored: Mapping[UUID, Mapping[UUID, StoredRow]] = list_stored_rows(towns=[town.id for town in towns])
    named = list_named_services(region=region, filters=filters, language=language)
    labels = {one: str(label) for one, label in DECISION_LABELS.items()}
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Leistung"), _("Kurzname"), _("Ebene"), *(safe_cell(town.name) for town in towns)])
    for title, record in matching_services(named, field_of_towns, filters):
        rows = stored.get(record.id, {})
        cells = []
        for town in towns:
            cell = field_of_towns.cell(record, town, rows.get(town.id))
            version = f" ({cell.pinned_version})" if cell.pinned_version is not None else ""
            preset = " *" if cell.is_preset and cell.decision.value != "nobody" else ""
            cells.append(labels[cell.decision] + version + preset)
        writer.writerow([safe_cell(title), record.slug, str(LAYER_NAMES[record.head.layer]), *cells])
    writer.writerow([])
    writer.writerow([_("* Voreinstellung: die Kommune hat noch nicht selbst entschieden.")])
    writer.writerow([_("In Klammern: die Fassung, bei der die Kommune bleibt.")])
    return file.getvalue()
