"""Find a service in the region; then its town's own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.pages.moved import follow_former_names, lead_from_short_code
from catalog.pages.situations import SituationLink, find_situations
from catalog.search.selectors import Hit, list_offering_tenants, search_region
from catalog.services.selectors import get_service
from federation.ui.paths import language_code
from federation.umbrella.alphabet import LETTERS, get_letter_page, list_alphabet
from federation.umbrella.choice import choose_url, get_chosen, portal_url
from federation.umbrella.picker import hint_of, kind_label, make_picker, suggest_places
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import line_of, list_service_lines
from tenants.numbers import read_number
from tenants.pages import public_page
from tenants.registry.sites import RegionInfo, TenantInfo

MAX_QUERY_LENGTH = 200
SUGGESTED_SERVICES = 5
SUGGESTED_PLACES = 3
PLACES_ON_RESULTS = 4
MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class TownLink:
    """A town in which a service is offered, and the way to its page there."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Result:
    """A service found. `is_missing` says that the chosen town does not offer it.

    `only_in` names the one town that has it, and `href` leads there.
    """

    title: str
    teaser: str
    href: str
    other_href: str
    towns: tuple[TownLink, ...]
    is_missing: bool
    only_in: str = ""


def service_path(slug: str) -> str:
    """Return the path of a service's page, the same at the umbrella and in every town."""
    return f"/leistungen/{slug}/"


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search services and municipalities together; a town named in the query counts as chosen for it."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    region, picker = region_of(request), make_picker(request, onward="")
    place, words = picker.places.split_query(query)
    town = place.portal if place else picker.chosen
    hits = search_region(words, language=language_code(), region=region.slug) if words else []
    found = [place] if place else picker.places.search(query)[:PLACES_ON_RESULTS]
    context = {
        "query": query,
        "words": words,
        "picker": picker,
        "town": town,
        "results": [_result(hit, town) for hit in hits],
        "found": found if query else [],
        "situations": _situations(words, region),
        "hint_of": hint_of,
    }
    return render(request, "umbrella/search.html", context)


def _situations(words: str, region: RegionInfo) -> list[SituationLink]:
    """Return the situations in life that fit a query, of those in which a portal of the region helps."""
    if not words:
        return []
    language = language_code()
    return find_situations(words, list_service_lines(region, language=language), language=language)


@require_safe
def search_suggestions(request: HttpRequest) -> HttpResponse:
    """Suggest services and municipalities while someone types (htmx)."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    picker = make_picker(request, onward="")
    hits = search_region(query, language=language_code(), region=region_of(request).slug) if len(query) > 1 else []
    services_found = [
        {"label": hit.title, "href": _result(hit, picker.chosen).href, "icon": "document"}
        for hit in hits[:SUGGESTED_SERVICES]
    ]
    places = suggest_places(picker, picker.places.search(query)[:SUGGESTED_PLACES]) if query else []
    return render(request, "umbrella/_suggestions.html", {"items": [*services_found, *places]})


@require_safe
@public_page
def services(request: HttpRequest) -> HttpResponse:
    """All services of the region from A to Z, or those of one letter."""
    region, language, letter = region_of(request), language_code(), request.GET.get("buchstabe", "")
    context: dict[str, object] = {"picker": make_picker(request, onward=""), "letter": letter, "all_letters": LETTERS}
    if letter in LETTERS:
        number = read_number(request.GET.get("seite", ""), at_most=MAX_PAGE) or 1
        page = get_letter_page(region, letter, language=language, number=number)
        return render(request, "umbrella/services_of_letter.html", {**context, "page": page})
    return render(request, "umbrella/services.html", {**context, "alphabet": list_alphabet(region, language=language)})


@require_safe
def short_link(_request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a short address to the service."""
    return lead_from_short_code(code, route="umbrella:service")


@require_safe
@public_page
@follow_former_names
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the chosen town's page of a service; ask for the town first if none is chosen or another is wanted."""
    chosen, is_other_wanted = get_chosen(request), "auswahl" in request.GET
    if chosen is not None and not is_other_wanted:
        return HttpResponseRedirect(portal_url(chosen, service_path(slug)))
    region = region_of(request)
    record = get_service(slug)
    offers = list_offering_tenants(record, region=region.slug)
    offering = {offer.tenant.id for offer in offers}
    picker = make_picker(request, onward=reverse("umbrella:service", kwargs={"slug": slug}))
    context = {
        "service": line_of(record, region=region, language=language_code()),
        "picker": picker,
        "offers": offers,
        "others": [member for member in picker.places.members if member.id not in offering],
        "chosen_url": portal_url(chosen, service_path(slug)) if chosen else "",
        "hint_of": hint_of,
        "kind_label": kind_label,
    }
    return render(request, "umbrella/service.html", context)


def _result(hit: Hit, town: TenantInfo | None) -> Result:
    if hit.is_local:
        owner = hit.tenants[0]
        href = portal_url(owner, service_path(hit.slug))
        return Result(hit.title, hit.teaser, href, "", (), is_missing=False, only_in=owner.name)
    own = reverse("umbrella:service", kwargs={"slug": hit.slug})
    is_offered = town is not None and any(tenant.id == town.id for tenant in hit.tenants)
    return Result(
        title=hit.title,
        teaser=hit.teaser,
        href=portal_url(town, service_path(hit.slug)) if town is not None and is_offered else own,
        other_href=f"{own}?auswahl=1",
        towns=tuple(TownLink(tenant.name, choose_url(tenant.slug, onward=own)) for tenant in hit.tenants),
        is_missing=town is not None and not is_offered,
    )
