"""The pages of a region's editors on quality: towns side by side, broken links of the catalogue, figures by day."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.coverage.charts import MEASURES, list_trends, score_bar
from catalog.coverage.exports import csv_answer, days_as_csv, figures_row
from catalog.coverage.figures import Figures, sum_figures
from catalog.coverage.selectors import DayPoint, TownLine, list_region_days, list_town_lines
from catalog.editing.guards import actor_of, region_editors_only
from catalog.linkcheck.places import RESPONSIBILITY
from catalog.linkcheck.selectors import BrokenPlace, count_shared_links, list_broken_places
from catalog.linkcheck.services import ask_for_check, is_switched_on
from catalog.linkcheck.wording import describe_problem
from catalog.resolution.values import LANGUAGES
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS, LAYER_LABELS
from catalog.services.selectors import ServiceRecord, list_services
from tenants.editors.policies import can_edit_layer
from tenants.errors import InvalidInput
from tenants.links import public_url

SHOWN_DAYS: Final = 365


@require_GET
@region_editors_only
def overview(request: HttpRequest) -> HttpResponse:
    """Show the region's score and every town's, by score or by name."""
    lines = list_town_lines(_region(request))
    order = request.GET.get("sortieren", "")
    if order == "punkte":
        lines.sort(key=lambda line: -1 if line.figures is None or line.figures.score is None else line.figures.score)
    told = [line.figures for line in lines if line.figures is not None]
    context = {
        "total": sum_figures(told),
        "towns": len(told),
        "lines": lines,
        "bars": [
            score_bar(line.town.name, line.figures.score if line.figures else None, href=public_url(line.town.host))
            for line in lines
        ],
        "by_score": order == "punkte",
        "tabs": _tabs("overview"),
    }
    return render(request, "coverage/overview.html", context)


@require_GET
@region_editors_only
def towns_csv(request: HttpRequest) -> HttpResponse:
    """Return the towns' figures as a file."""
    columns = [_("Kommune"), _("Stand"), *(str(measure.label) for measure in MEASURES)]
    return csv_answer("qualitaet-kommunen", columns, map(_plain, list_town_lines(_region(request))))


@require_GET
@region_editors_only
def links(request: HttpRequest) -> HttpResponse:
    """List the broken links of the shared catalogue as this region shows it, with the places where they stand."""
    broken = list_broken_places(region=_region(request))
    titles = {one.id: one for one in list_services(fields=("title",), ids={place.service_id for place in broken})}
    context = {
        "uses": [_use(place, titles.get(place.service_id), request) for place in broken],
        "count": count_shared_links(),
        "is_switched_on": is_switched_on(),
        "asked": request.GET.get("angefragt", ""),
        "tabs": _tabs("links"),
    }
    return render(request, "coverage/links.html", context)


@require_POST
@region_editors_only
def check_link(request: HttpRequest) -> HttpResponse:
    """Have a link checked next.

    Raises: InvalidInput where the operator has switched the checker off; NotFound for a link of no shared value.
    """
    if not is_switched_on():
        raise InvalidInput(_("Die Linkprüfung ist ausgeschaltet. Fragen Sie Ihren IT-Dienstleister."))
    ask_for_check(actor=actor_of(request), url=request.POST.get("url", ""))
    return HttpResponseRedirect(f"{reverse('catalog_coverage:links')}?{urlencode({'angefragt': 1})}")


@require_GET
@region_editors_only
def history(request: HttpRequest) -> HttpResponse:
    """Show the region's figures from day to day: a picture of each, and all in a table."""
    days = _days(request)
    context = {
        "trends": list_trends(days),
        "towns": days[-1].towns if days else 0,
        "columns": [str(measure.short) for measure in MEASURES],
        "rows": [(point.day, figures_row(point)) for point in reversed(days)],
        "tabs": _tabs("history"),
    }
    return render(request, "coverage/history.html", context)


@require_GET
@region_editors_only
def history_csv(request: HttpRequest) -> HttpResponse:
    """Return the region's figures from day to day as a file."""
    return days_as_csv("qualitaet-region", _days(request))


def _region(request: HttpRequest) -> str:
    return actor_of(request).region


def _days(request: HttpRequest) -> list[DayPoint]:
    return list_region_days(_region(request), since=timezone.localdate() - dt.timedelta(days=SHOWN_DAYS))


def _tabs(current: str) -> list[dict[str, Any]]:
    pages = [("overview", _("Kommunen")), ("links", _("Links")), ("history", _("Verlauf"))]
    return [
        {"label": label, "href": reverse(f"catalog_coverage:{name}"), "current": name == current}
        for name, label in pages
    ]


def _plain(line: TownLine) -> list[object]:
    point = DayPoint(line.day or dt.date.min, line.figures or Figures())
    values = figures_row(point) if line.figures else ["" for _one in MEASURES]
    return [line.town.name, line.day or "", *values]


def _use(place: BrokenPlace, service: ServiceRecord | None, request: HttpRequest) -> dict[str, Any]:
    is_responsibility = place.field == RESPONSIBILITY
    label = _("Zuständigkeit") if is_responsibility else str(FIELD_LABELS.get(place.field, place.field))
    language = LANGUAGE_LABELS.get(place.language) if place.language else None
    return {
        "url": place.state.url,
        "state": place.state,
        "problem": describe_problem(place.state),
        "slug": service.slug if service else "",
        "title": _title(service),
        "place": f"{label} ({language})" if language else label,
        "layer": LAYER_LABELS[place.layer],
        "may_edit": not is_responsibility
        and can_edit_layer(actor_of(request), layer=place.layer.value, area=place.area),
    }


def _title(service: ServiceRecord | None) -> str:
    if service is None:
        return _("nicht mehr veröffentlicht")
    rows = [row for row in service.rows if row.field == "title" and row.language == LANGUAGES[0] and row.value]
    return str(rows[0].value) if rows else service.slug
