"""One service in all towns of the region: a table, and a chart that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.pages.moved import follow_former_names
from catalog.search.comparison import Span, TownFigures, compare_towns, usual_unit
from catalog.services.formatting import FeeText, TimeText, format_deadline, format_fee, format_processing_time
from catalog.services.selectors import get_service
from federation.ui.paths import language_code
from federation.umbrella.choice import portal_url
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import line_of
from federation.umbrella.views.services import service_path
from tenants.pages import public_page

# Units of the drawing; it scales with the page.
_CHART_WIDTH: Final = 600.0
_LEAST_BAR: Final = 3.0
_NOTHING_LAST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `x` for `width`, in units of the drawing."""

    name: str
    label: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. `is_other`: its fee is for something else than most towns', so it is not in the chart.

    `own` and `held` name figures: the town's own ones, and those of the version `held_version` with which it stays.
    """

    name: str
    href: str
    fee: FeeText | None
    is_other: bool
    time: TimeText | None
    deadline: TimeText | None
    own: frozenset[str]
    held: frozenset[str]
    held_version: int | None


@require_safe
@public_page
@follow_former_names
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the towns in the order that was asked for: by name, by fee, or by time."""
    region, language = region_of(request), language_code()
    record = get_service(slug)
    order = request.GET.get("sortieren", "")
    found = sorted(compare_towns(record, region=region.slug), key=_sort_keys.get(order, lambda _one: 0))
    unit = usual_unit(found)
    lines = [_line(one, slug, unit=unit, language=language) for one in found]
    context = {
        "service": line_of(record, region=region, language=language),
        "lines": lines,
        "fee_bars": _bars([(one, one.fee_span) for one in found if one.fee_span and one.fee_span.unit == unit], lines),
        "time_bars": _bars([(one, one.time_span) for one in found if one.time_span], lines, is_time=True),
        "order": order if order in _sort_keys else "",
        "has_samples": any(part and part.is_sample for line in lines for part in (line.fee, line.time, line.deadline)),
    }
    return render(request, "umbrella/compare.html", context)


_sort_keys = {
    "kosten": lambda one: one.fee_span.low if one.fee_span else _NOTHING_LAST,
    "dauer": lambda one: one.time_span.high if one.time_span else _NOTHING_LAST,
}


def _line(one: TownFigures, slug: str, *, unit: str, language: str) -> Line:
    return Line(
        name=one.tenant.name,
        href=portal_url(one.tenant, service_path(slug)),
        fee=format_fee(one.fee, language) if one.fee else None,
        is_other=one.fee_span is not None and one.fee_span.unit != unit,
        time=format_processing_time(one.processing_time, language) if one.processing_time else None,
        deadline=format_deadline(one.deadline, language) if one.deadline else None,
        own=one.own,
        held=one.held,
        held_version=one.held_version,
    )


def _bars(spans: list[tuple[TownFigures, Span]], lines: list[Line], *, is_time: bool = False) -> list[Bar]:
    """Scale spans to the greatest; a chart of one bar, or of nothing but zeros, says nothing and is left out."""
    most = max((span.high for _one, span in spans), default=0)
    if len(spans) < 2 or most == 0:
        return []
    by_name = {line.name: line for line in lines}
    bars = []
    for one, span in spans:
        line = by_name[one.tenant.name]
        text = line.time if is_time else line.fee
        x = span.low / most * _CHART_WIDTH if span.high > span.low else 0.0
        width = max(span.high / most * _CHART_WIDTH - x, _LEAST_BAR)
        bars.append(Bar(one.tenant.name, text.summary if text else "", round(x, 1), round(width, 1)))
    return bars
