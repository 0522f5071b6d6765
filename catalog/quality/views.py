"""The staff's pages on quality: overview, list of services, links, figures from day to day."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalog.coverage.charts import MEASURES, list_bars, list_trends, score_bar
from catalog.coverage.exports import csv_answer, days_as_csv, figures_row
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.presentation import DECISION_LABELS
from catalog.linkcheck.places import RESPONSIBILITY
from catalog.linkcheck.services import is_switched_on
from catalog.linkcheck.wording import describe_problem
from catalog.quality import selectors
from catalog.quality.counting import DECISION
from catalog.quality.scoring import Part
from catalog.quality.selectors import BANDS, LEVELS, LinkUse, ScoredService, ScoreQuery
from catalog.quality.services import ask_for_link_check
from catalog.quality.wording import PART_LABELS, describe_part
from catalog.resolution.decide import Decision
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import InvalidInput

SHOWN_DAYS: Final = 365


@require_GET
@editors_only
def overview(request: HttpRequest) -> HttpResponse:
    """Show the town's score, the steps that win the most, and how scores are spread."""
    newest = selectors.get_newest_day()
    bands = selectors.get_histogram()
    labels = [f"{band * BANDS} – {band * BANDS + 9 if band < BANDS - 1 else 100}" for band in range(BANDS)]
    listed = reverse("catalog_quality:services")
    context = {
        "newest": newest,
        "steps": [_step(one) for one in selectors.list_next_steps()],
        "bars": list_bars(list(zip(labels, bands, strict=True))[::-1]) if any(bands) else [],
        "parts": [
            score_bar(str(PART_LABELS[part]), points, href=f"{listed}?{urlencode({'schwaeche': part.value})}")
            for part, points in selectors.get_part_averages().items()
        ],
        "tabs": _tabs("overview"),
    }
    return render(request, "quality/overview.html", context)


@require_GET
@editors_only
def services(request: HttpRequest) -> HttpResponse:
    """List the services carried out here with their scores; search, filter, sort."""
    wanted = _query(request)
    page = selectors.get_score_page(wanted)
    kept = {"q": wanted.text, "schwaeche": wanted.weak, "stufe": wanted.level, "sortieren": wanted.order}
    context = {
        "page": page,
        "lines": [_line(one) for one in page.services],
        "wanted": wanted,
        "weak_options": [("", _("alle")), *((part.value, label) for part, label in PART_LABELS.items())],
        "level_options": [("", _("alle")), *((code, _level_label(code)) for code in LEVELS)],
        "order_options": [("score", _("Punktzahl, die niedrigste zuerst")), ("name", _("Name"))],
        "href_prefix": f"?{urlencode(kept)}&seite=",
        "csv_href": f"{reverse('catalog_quality:services_csv')}?{urlencode(kept)}",
        "tabs": _tabs("services"),
    }
    return render(request, "quality/services.html", context)


@require_GET
@editors_only
def services_csv(request: HttpRequest) -> HttpResponse:
    """Return the same list as a file."""
    columns = [_("Leistung"), _("Entscheidung"), _("Punkte"), *map(str, PART_LABELS.values()), _("Nächster Schritt")]
    rows = ([*_plain(one)] for one in selectors.iterate_scores(_query(request)))
    return csv_answer("qualitaet-leistungen", columns, rows)


@require_GET
@editors_only
def links(request: HttpRequest) -> HttpResponse:
    """List links that need a look, with the places where they stand."""
    is_all = request.GET.get("zeigen") == "alle"
    context = {
        "uses": [_use(one) for one in selectors.list_link_uses(is_all=is_all)],
        "is_all": is_all,
        "is_switched_on": is_switched_on(),
        "asked": request.GET.get("angefragt", ""),
        "tabs": _tabs("links"),
    }
    return render(request, "quality/links.html", context)


@require_POST
@editors_only
def check_link(request: HttpRequest) -> HttpResponse:
    """Have a link checked next.

    Raises: InvalidInput where the operator has switched the checker off; NotFound for a link of no page.
    """
    if not is_switched_on():
        raise InvalidInput(_("Die Linkprüfung ist ausgeschaltet. Fragen Sie Ihren IT-Dienstleister."))
    ask_for_link_check(actor=actor_of(request), url=request.POST.get("url", ""))
    return HttpResponseRedirect(f"{reverse('catalog_quality:links')}?zeigen=alle&angefragt=1")


@require_GET
@editors_only
def history(request: HttpRequest) -> HttpResponse:
    """Show the figures from day to day: a picture of each, and all in a table."""
    days = _days()
    figures = days[-1].figures if days else None
    context = {
        "trends": list_trends(days),
        "bars": list_bars(
            [
                (str(DECISION_LABELS[Decision.ADOPT]), figures.adopted),
                (str(DECISION_LABELS[Decision.OVERRIDE]), figures.overridden),
                (str(DECISION_LABELS[Decision.LINK]), figures.linked),
                (str(DECISION_LABELS[Decision.NOT_OFFERED]), figures.not_offered),
            ]
        )
        if figures
        else [],
        "columns": [str(measure.short) for measure in MEASURES],
        "rows": [(point.day, figures_row(point)) for point in reversed(days)],
        "tabs": _tabs("history"),
    }
    return render(request, "quality/history.html", context)


@require_GET
@editors_only
def history_csv(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every view gets it
    """Return the figures from day to day as a file."""
    return days_as_csv("qualitaet-verlauf", _days())


def _days() -> list[Any]:
    return selectors.list_days(since=timezone.localdate() - dt.timedelta(days=SHOWN_DAYS))


def _query(request: HttpRequest) -> ScoreQuery:
    number = request.GET.get("seite", "1")
    return ScoreQuery(
        text=request.GET.get("q", "").strip()[:100],
        weak=request.GET.get("schwaeche", ""),
        level=request.GET.get("stufe", ""),
        order="name" if request.GET.get("sortieren") == "name" else "score",
        number=int(number) if number.isdecimal() and len(number) < 7 else 1,
    )


def _tabs(current: str) -> list[dict[str, Any]]:
    pages = [
        ("overview", _("Übersicht")),
        ("services", _("Alle Leistungen")),
        ("links", _("Links")),
        ("history", _("Verlauf")),
    ]
    return [
        {"label": label, "href": reverse(f"catalog_quality:{name}"), "current": name == current}
        for name, label in pages
    ]


def _step(one: ScoredService) -> dict[str, Any]:
    first = one.next_steps[0]
    text = describe_part(first, slug=one.slug)
    gain = ngettext("bis zu {count} Punkt", "bis zu {count} Punkte", round(first.gain)).format(count=round(first.gain))
    return {
        "label": f"{one.title}: {text.label}",
        "href": text.href,
        "hint": text.advice,
        "status": gain,
        "kind": "info",
    }


def _line(one: ScoredService) -> dict[str, Any]:
    steps = one.next_steps
    step = describe_part(steps[0], slug=one.slug) if steps else None
    weak = [str(PART_LABELS[part.part]) for part in steps]
    decision = DECISION_LABELS[Decision(one.decision)]
    return {"slug": one.slug, "title": one.title, "score": one.score, "decision": decision, "weak": weak, "step": step}


def _plain(one: ScoredService) -> list[object]:
    line = _line(one)
    points = ["" if (value := one.points(part)) is None else value for part in Part]
    return [one.title, str(line["decision"]), one.score, *points, line["step"].advice if line["step"] else ""]


def _level_label(code: str) -> str:
    low, high = LEVELS[code]
    return _("{low} bis {high} Punkte").format(low=low, high=high)


def _use(use: LinkUse) -> dict[str, Any]:
    language = LANGUAGE_LABELS.get(use.language)
    names = {DECISION: _("Entscheidung"), RESPONSIBILITY: _("Zuständigkeit")}
    label = names.get(use.field) or str(FIELD_LABELS.get(use.field, use.field))
    path = reverse("catalog_decisions:service", kwargs={"slug": use.slug})
    query = f"?{urlencode({'sprache': use.language})}" if use.language not in {"", "de"} else ""
    return {
        "url": use.state.url,
        "state": use.state,
        "problem": describe_problem(use.state),
        "title": use.title,
        "place": f"{label} ({language})" if language and use.language else label,
        "href": f"{path}{query}" if use.field in names else f"{path}{query}#feld-{use.field}-{use.language or 'alle'}",
        "is_own": use.is_own,
    }
