"""The page on which a town names topics."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.labels import field_name, set_category_labels
from catalog.decisions.topics import list_all_categories, list_category_labels
from catalog.decisions.views import saved_message
from catalog.resolution.values import LANGUAGES
from catalog.services.fields import LANGUAGE_LABELS, page_language
from tenants.errors import InvalidInput


@require_http_methods(["GET", "POST"])
@editors_only
def category_labels(request: HttpRequest) -> HttpResponse:
    """Call topics by the town's own names."""
    if request.method == "GET":
        shown = {field_name(place): label for place, label in list_category_labels().items()}
        return _page(request, shown)
    places = [(topic.code, language) for topic in list_all_categories("de") for language in LANGUAGES]
    sent = {place: request.POST[field_name(place)] for place in places if field_name(place) in request.POST}
    try:
        set_category_labels(actor=actor_of(request), labels=sent)
    except InvalidInput as wrong:
        return _page(request, {field_name(place): label for place, label in sent.items()}, wrong=wrong)
    return HttpResponseRedirect(f"{reverse('catalog_decisions:category_labels')}?gespeichert=themen")


def _page(request: HttpRequest, shown: Mapping[str, str], *, wrong: InvalidInput | None = None) -> HttpResponse:
    context = {
        "topics": list_all_categories(page_language()),
        "own": shown,
        "languages": [(code, LANGUAGE_LABELS[code]) for code in LANGUAGES],
        "errors": wrong.fields if wrong else {},
        "wrong": wrong.user_message if wrong else "",
        "saved": saved_message(request),
    }
    status = wrong.http_status if wrong else HTTPStatus.OK
    return render(request, "decisions/category_labels.html", context, status=status)
