"""Citizens' pages of a town's services."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.decisions import selectors as town_services
from catalog.decisions.topics import list_categories, list_shown_categories
from catalog.decisions.town import TownService, current_town
from catalog.pages.authorities import Authority, authority_of, get_authority, level_label, list_authorities
from catalog.pages.easy import has_easy_page, present_easy_service
from catalog.pages.linkeddata import describe_as_linked_data
from catalog.pages.links import easy_address, umbrella_service_url
from catalog.pages.moved import follow_former_names, lead_from_short_code
from catalog.pages.offices import office_book
from catalog.pages.presentation import present_service
from catalog.pages.selectors import ServiceLink, list_service_links
from catalog.pages.sharing import short_address
from catalog.pages.situations import find_situations, list_situation_links, present_situation
from catalog.resolution.decide import Decision
from catalog.resolution.values import Layer
from catalog.search.selectors import search_town
from catalog.services.fields import TARGET_GROUPS, page_language
from tenants.errors import NotFound
from tenants.pages import public_page
from tenants.sorting import german_sort_key, slug_of

MAX_SUGGESTIONS = 8
NO_SERVICE = UUID(int=0)


@require_safe
@public_page
def services(request: HttpRequest) -> HttpResponse:
    """Show all services from A to Z."""
    wanted = request.GET.get("fuer", "")
    group = wanted if wanted in TARGET_GROUPS else ""
    groups: dict[str, list[ServiceLink]] = {}
    for link in list_service_links(page_language(), target_group=group):
        first = german_sort_key(link.title)[:1].upper()
        groups.setdefault(first if first.isalpha() else "#", []).append(link)
    letters = [{"label": letter, "href": f"#{letter}" if letter in groups else None} for letter in _alphabet(groups)]
    context = {
        "groups": groups,
        "letters": letters,
        "town": current_town(),
        "target_group": group,
        "target_groups": [("", _("alle")), *TARGET_GROUPS.items()],
    }
    return render(request, "pages/services.html", context)


@require_safe
@public_page
@follow_former_names
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what holds here for one service, or who does it instead."""
    found = town_services.get_town_service(slug)
    if found.slug != slug:
        return HttpResponsePermanentRedirect(reverse("catalog_pages:service", kwargs={"slug": found.slug}))
    return render(request, "pages/service.html", service_context(found, language=page_language()))


def service_context(found: TownService, *, language: str) -> dict[str, object]:
    """Return what the page of a service needs; a preview shows the same page of what is not published yet."""
    town, slug = current_town(), found.slug
    codes = found.record.category_codes
    topics = [one for one in list_shown_categories(language) if not set(one.codes).isdisjoint(codes)]
    unit = found.authority.unit if found.authority else ""
    office = office_book().find_office(found.id, unit) if found.decided.is_own else None
    return {
        "page": present_service(found, town=town, language=language),
        "town": town,
        "topics": topics,
        "slug": slug,
        "has_easy": has_easy_page(found),
        "easy_url": easy_address(town, slug),
        "elsewhere_url": umbrella_service_url(town, slug) if _differs_by_place(found) else "",
        "linked_data": describe_as_linked_data(
            found, town=town, language=language, topics=[one.label for one in topics], office=office
        ),
        "authority_slug": slug_of(authority_of(found, town)) if found.decided.is_listed else "",
        "office": office,
        "short": short_address(town.host, found.record.short_code),
        "printed_on": timezone.localdate(),
    }


def _differs_by_place(found: TownService) -> bool:
    """Whether people of other towns go elsewhere for it: the same federal office is linked from everywhere."""
    if found.is_local:
        return False
    return found.decided.kind is not Decision.LINK or found.record.head.layer.rank > Layer.STATE.rank


@require_safe
def short_link(_request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a short address to the service."""
    return lead_from_short_code(code, route="catalog_pages:service")


@require_safe
@public_page
@follow_former_names
def easy_service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a service in Leichte Sprache, where somebody has written it."""
    found, town = town_services.get_town_service(slug), current_town()
    page = present_easy_service(found, town=town)
    if page is None:
        raise NotFound(_("Diese Leistung gibt es nicht in Leichter Sprache."))
    context = {"page": page, "town": town, "slug": slug, "easy_url": easy_address(town, slug)}
    return render(request, "pages/easy_service.html", context)


@require_safe
@public_page
def categories(request: HttpRequest) -> HttpResponse:
    """Show the topics that have services here."""
    context = {"topics": list_categories(page_language()), "town": current_town()}
    return render(request, "pages/categories.html", context)


@require_safe
@public_page
def category(request: HttpRequest, code: str) -> HttpResponse:
    """Show the services of one topic."""
    language = page_language()
    topic = next((one for one in list_shown_categories(language) if code in one.codes), None)
    if topic is None:
        raise NotFound(_("Dieses Thema gibt es nicht. Wählen Sie ein Thema aus der Übersicht."))
    if topic.code != code:
        # Not for ever: the town may call them differently again.
        return HttpResponseRedirect(reverse("catalog_pages:category", kwargs={"code": topic.code}))
    context = {"topic": topic, "links": list_service_links(language, topics=topic.codes), "town": current_town()}
    return render(request, "pages/category.html", context)


@require_safe
@public_page
def situations(request: HttpRequest) -> HttpResponse:
    """Show the situations in life in which this town helps."""
    language = page_language()
    offered = {one.id for one in town_services.list_offered_services(language)}
    context = {"situations": list_situation_links(offered, language=language), "town": current_town()}
    return render(request, "pages/situations.html", context)


@require_safe
@public_page
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what to do in a situation, step by step, with who does it."""
    context = {"page": present_situation(slug, language=page_language()), "town": current_town()}
    return render(request, "pages/situation.html", context)


@require_safe
@public_page
def authorities(request: HttpRequest) -> HttpResponse:
    """Show who does services for people of this town."""
    town = current_town()
    groups: dict[str, list[Authority]] = {}
    for one in list_authorities(page_language()):
        groups.setdefault(level_label(one.level, town), []).append(one)
    return render(request, "pages/authorities.html", {"groups": groups, "town": town})


@require_safe
@public_page
def authority(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all services that an authority does here, and the way to it."""
    found, town = get_authority(slug, language=page_language()), current_town()
    office = office_book().find_office(NO_SERVICE, found.name) if found.is_own else None
    context = {"authority": found, "level": level_label(found.level, town), "office": office, "town": town}
    return render(request, "pages/authority.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search what applies in this town."""
    query, language = request.GET.get("q", "").strip(), page_language()
    hits = search_town(query, language=language, tenant=current_town()) if query else []
    offered = {one.id for one in town_services.list_offered_services(language)} if query else set()
    context = {
        "query": query,
        "situations": find_situations(query, offered, language=language),
        "offices": office_book().search_offices(query) if query else [],
        "found": [hit for hit in hits if hit.decided and hit.decided.is_listed],
        "not_offered": [hit for hit in hits if hit.decided and hit.decided.kind is Decision.NOT_OFFERED],
        "topics": [] if hits else list_categories(page_language()),
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
