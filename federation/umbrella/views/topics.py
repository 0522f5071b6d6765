"""Topics on the umbrella: the services of all levels side by side, each leading to the town's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from federation.ui.paths import language_code
from federation.umbrella.choice import portal_url
from federation.umbrella.picker import make_picker
from federation.umbrella.requests import region_of
from federation.umbrella.topics import get_topic, list_topics
from tenants.pages import public_page


@require_safe
@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """All topics in which the region has services."""
    context = {
        "topics": list_topics(region_of(request), language=language_code()),
        "picker": make_picker(request, onward=""),
    }
    return render(request, "umbrella/topics.html", context)


@require_safe
@public_page
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """The services of one topic, whoever does them, and the way to the chosen town's page of it."""
    found, lines = get_topic(region_of(request), code, language=language_code())
    picker = make_picker(request, onward=reverse("umbrella:topic", kwargs={"code": code}))
    context = {
        "topic": found,
        "lines": lines,
        "picker": picker,
        "chosen_url": portal_url(picker.chosen, f"/themen/{code}/") if picker.chosen else "",
    }
    return render(request, "umbrella/topic.html", context)
