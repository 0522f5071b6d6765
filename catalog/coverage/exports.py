"""Tables as CSV, as German spreadsheet programs open them: semicolons and a byte-order mark."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from catalog.coverage.charts import MEASURES
from catalog.coverage.selectors import DayPoint
from catalog.services.csvcells import safe_cell


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a table as a file to keep."""
    written = StringIO()
    table = csv.writer(written, delimiter=";")
    table.writerow(columns)
    table.writerows([safe_cell(value) for value in row] for row in rows)
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def days_as_csv(name: str, days: Iterable[DayPoint]) -> HttpResponse:
    """Return figures from day to day as a file."""
    columns = [_("Tag"), *(str(measure.label) for measure in MEASURES)]
    return csv_answer(name, columns, ([point.day, *figures_row(point)] for point in days))


def figures_row(point: DayPoint) -> list[int | str]:
    """Return the figures of a day in the order of the columns; empty for what is not known."""
    values = (measure.read(point.figures) for measure in MEASURES)
    return ["" if value is None else value for value in values]
