"""Pages that a town shows to everybody, the same for every visitor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shared_services.portal.home import get_home_page
from shared_services.portal.hours import today_at, week_from
from shared_services.portal.hours_texts import day_name, spans_text, today_text
from shared_services.portal.kinds import PageKind
from shared_services.portal.legal import ShownPage, shown_page
from shared_services.portal.requests import profile_of, tenant_of
from shared_services.portal.selectors import get_page, get_week
from shared_services.portal.texts import SOURCE_LANGUAGE
from tenants.pages import public_page


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the town's home page."""
    context = {"tenant": tenant_of(request), "profile": profile_of(request), "home": get_home_page()}
    return render(request, "portal/home.html", context)


@require_safe
@public_page
def contact(request: HttpRequest) -> HttpResponse:
    """Show how to reach the town, and when it is open this week."""
    now = timezone.localtime()
    week = get_week(today=now.date())
    days = [(day_name(one.day), one, spans_text(one.spans)) for one in week_from(week, now.date())]
    context = {
        "tenant": tenant_of(request),
        "profile": profile_of(request),
        "today_text": today_text(today_at(week, now)),
        "days": days if week.is_known else [],
        "exceptions": [(one, spans_text(one.spans)) for one in week.exceptions],
    }
    return render(request, "portal/contact.html", context)


@require_safe
@public_page
def imprint(request: HttpRequest) -> HttpResponse:
    """Show who is responsible."""
    return render(request, "portal/imprint.html", {"page": _shown(request, PageKind.IMPRINT)})


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what happens with personal data."""
    return render(request, "portal/privacy.html", {"page": _shown(request, PageKind.PRIVACY)})


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "portal/accessibility.html", {"page": _shown(request, PageKind.ACCESSIBILITY)})


@require_safe
@public_page
def easy_language(request: HttpRequest) -> HttpResponse:
    """Show the page in Leichte Sprache: it exists in German only, other languages say so above it."""
    context = {"page": _shown(request, PageKind.EASY_LANGUAGE, language=SOURCE_LANGUAGE)}
    return render(request, "portal/easy_language.html", context)


@require_safe
@public_page
def sign_language(request: HttpRequest) -> HttpResponse:
    """Show the page with information in German Sign Language."""
    return render(request, "portal/sign_language.html", {"page": _shown(request, PageKind.SIGN_LANGUAGE)})


def _shown(request: HttpRequest, kind: PageKind, *, language: str | None = None) -> ShownPage:
    return shown_page(
        get_page(kind, language=language),
        profile=profile_of(request),
        tenant=tenant_of(request),
        url=request.build_absolute_uri("/"),
    )
