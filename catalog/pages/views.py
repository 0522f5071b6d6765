"""Citizens' pages of a town's services."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.decisions import selectors as town_services
from catalog.decisions.selectors import TownService, current_town
from catalog.pages.easy import has_easy_page, present_easy_service
from catalog.pages.linkeddata import describe_as_linked_data
from catalog.pages.links import umbrella_service_url
from catalog.pages.presentation import present_service
from catalog.pages.selectors import ServiceLink, list_service_links
from catalog.resolution.decide import Decision
from catalog.search.selectors import search_town
from tenants.errors import NotFound
from tenants.pages import public_page
from tenants.sorting import german_sort_key

MAX_SUGGESTIONS = 8


def page_language() -> str:
    """Return the language of this page: de or en."""
    return "en" if (get_language() or "de").startswith("en") else "de"


@require_safe
@public_page
def services(request: HttpRequest) -> HttpResponse:
    """Show all services from A to Z."""
    groups: dict[str, list[ServiceLink]] = {}
    for link in list_service_links(page_language()):
        first = german_sort_key(link.title)[:1].upper()
        groups.setdefault(first if first.isalpha() else "#", []).append(link)
    letters = [{"label": letter, "href": f"#{letter}" if letter in groups else None} for letter in _alphabet(groups)]
    return render(request, "pages/services.html", {"groups": groups, "letters": letters, "town": current_town()})


@require_safe
@public_page
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what holds here for one service, or who does it instead."""
    found = town_services.get_town_service(slug)
    return render(request, "pages/service.html", service_context(found, language=page_language()))


def service_context(found: TownService, *, language: str) -> dict[str, object]:
    """Return what the page of a service needs; a preview shows the same page of what is not published yet."""
    town, slug = current_town(), found.slug
    codes = found.record.category_codes
    return {
        "page": present_service(found, town=town, language=language),
        "town": town,
        "topics": [one for one in town_services.list_all_categories(language) if one.code in codes],
        "slug": slug,
        "has_easy": has_easy_page(found),
        "elsewhere_url": umbrella_service_url(town, slug),
        "linked_data": describe_as_linked_data(found, town=town, language=language),
    }


@require_safe
@public_page
def easy_service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a service in Leichte Sprache, where somebody has written it."""
    found, town = town_services.get_town_service(slug), current_town()
    page = present_easy_service(found, town=town)
    if page is None:
        raise NotFound(_("Diese Leistung gibt es nicht in Leichter Sprache."))
    return render(request, "pages/easy_service.html", {"page": page, "town": town, "slug": slug})


@require_safe
@public_page
def categories(request: HttpRequest) -> HttpResponse:
    """Show the topics that have services here."""
    context = {"topics": town_services.list_categories(page_language()), "town": current_town()}
    return render(request, "pages/categories.html", context)


@require_safe
@public_page
def category(request: HttpRequest, code: str) -> HttpResponse:
    """Show the services of one topic."""
    language = page_language()
    topic = next((one for one in town_services.list_all_categories(language) if one.code == code), None)
    if topic is None:
        raise NotFound(_("Dieses Thema gibt es nicht. Wählen Sie ein Thema aus der Übersicht."))
    context = {"topic": topic, "links": list_service_links(language, category=code), "town": current_town()}
    return render(request, "pages/category.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search what applies in this town."""
    query = request.GET.get("q", "").strip()
    hits = search_town(query, language=page_language(), tenant=current_town()) if query else []
    context = {
        "query": query,
        "found": [hit for hit in hits if hit.decided and hit.decided.is_listed],
        "not_offered": [hit for hit in hits if hit.decided and hit.decided.kind is Decision.NOT_OFFERED],
        "topics": [] if hits else town_services.list_categories(page_language()),
        "town": current_town(),
    }
    return render(request, "pages/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer the search field while someone types."""
    query = request.GET.get("q", "").strip()
    hits = search_town(query, language=page_language(), tenant=current_town()) if len(query) > 1 else []
    shown = [hit for hit in hits if hit.decided and hit.decided.is_listed][:MAX_SUGGESTIONS]
    return render(request, "pages/_suggestions.html", {"hits": shown})


def _alphabet(groups: dict[str, list[ServiceLink]]) -> list[str]:
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    return [*letters, "#"] if "#" in groups else letters
