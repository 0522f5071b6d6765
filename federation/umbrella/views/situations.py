"""Situations in life on the umbrella: the steps are the same everywhere, what they cost and who helps is the town's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.pages.situations import MIN_STEPS, checklist_of, list_situation_links
from catalog.services.situations import get_situation, text_of
from federation.ui.paths import language_code
from federation.umbrella.choice import portal_url
from federation.umbrella.picker import hint_of, make_picker
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import list_service_lines
from tenants.errors import NotFound
from tenants.pages import public_page


@require_safe
@public_page
def situations(request: HttpRequest) -> HttpResponse:
    """All situations in which a portal of the region helps."""
    lines = list_service_lines(region_of(request), language=language_code())
    links = list_situation_links(lines, language=language_code())
    return render(request, "umbrella/situations.html", {"situations": links, "picker": make_picker(request, onward="")})


@require_safe
@public_page
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps of one, and the ways to the town's own page of it."""
    language, region = language_code(), region_of(request)
    info = get_situation(slug)
    lines = list_service_lines(region, language=language)
    steps = [(lines[step.service_id], text_of(step.note, language)) for step in info.steps if step.service_id in lines]
    if len(steps) < MIN_STEPS:
        raise NotFound(_("Diese Lebenslage gibt es nicht. Wählen Sie eine aus der Übersicht."))
    picker = make_picker(request, onward=reverse("umbrella:situation", kwargs={"slug": slug}))
    context = {
        "label": info.label(language),
        "teaser": info.teaser(language),
        "steps": steps,
        "checklist": checklist_of(info, language),
        "picker": picker,
        "chosen_url": portal_url(picker.chosen, f"/lebenslagen/{slug}/") if picker.chosen else "",
        "hint_of": hint_of,
    }
    return render(request, "umbrella/situation.html", context)
