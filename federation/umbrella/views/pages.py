"""Home, members, legal pages and feedback."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalog.pages.situations import list_situation_links
from federation.ui.paths import language_code
from federation.umbrella.choice import choose_url, get_chosen, portal_url
from federation.umbrella.forms import FeedbackForm
from federation.umbrella.legal import accessibility_facts
from federation.umbrella.models import PageKind
from federation.umbrella.picker import hint_of, kind_label, make_picker
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import get_region_page, list_home_services, state_of_region
from federation.umbrella.services import submit_feedback
from federation.umbrella.views.services import service_path
from tenants.actors import ANONYMOUS
from tenants.addresses import address_key
from tenants.errors import ExternalTemporary, InvalidInput, TooManyRequests
from tenants.links import public_url
from tenants.pages import public_page

SITUATIONS = 6


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """One field for services and towns, the ways to one's municipality, and what is asked for most."""
    region, chosen = region_of(request), get_chosen(request)
    lines, service_ids = list_home_services(region, language=language_code())
    popular = [
        (
            line,
            portal_url(chosen, service_path(line.slug))
            if chosen
            else reverse("umbrella:service", kwargs={"slug": line.slug}),
        )
        for line in lines
    ]
    context = {
        "region": region,
        "intro": region.text("intro", language_code()),
        "picker": make_picker(request, onward=""),
        "chosen_url": portal_url(chosen) if chosen else "",
        "popular": popular,
        "hint_of": hint_of,
        "situations": list_situation_links(service_ids, language=language_code())[:SITUATIONS],
    }
    return render(request, "umbrella/home.html", context)


@require_safe
@public_page
def members(request: HttpRequest) -> HttpResponse:
    """Who takes part: kind, who runs the portal, how far it is."""
    picker = make_picker(request, onward="")
    operators = {member.operator.id: member.operator for member in picker.places.members}
    context = {
        "region": region_of(request),
        "picker": picker,
        "operators": sorted(operators.values(), key=lambda operator: operator.name),
        "choose_url": choose_url,
        "kind_label": kind_label,
    }
    return render(request, "umbrella/members.html", context)


def _legal(request: HttpRequest, kind: PageKind, template: str) -> HttpResponse:
    page = get_region_page(region_of(request), kind=kind.value, language=language_code())
    return render(request, template, {"page": page, "region": region_of(request)})


@require_safe
@public_page
def imprint(request: HttpRequest) -> HttpResponse:
    """Who publishes the portal."""
    return _legal(request, PageKind.IMPRINT, "umbrella/imprint.html")


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What happens to personal data."""
    return _legal(request, PageKind.PRIVACY, "umbrella/privacy.html")


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement. Source: Directive (EU) 2016/2102, Implementing Decision (EU) 2018/1523."""
    return _legal(request, PageKind.ACCESSIBILITY, "umbrella/accessibility.html")


@require_safe
@public_page
def accessibility_json(request: HttpRequest) -> HttpResponse:
    """The accessibility statement for machines."""
    region = region_of(request)
    facts = accessibility_facts(state_of_region(region))
    language = language_code()
    statement = {
        "site": public_url(region.host),
        "organisation": region.contact.get("official_name", region.name),
        "language": language,
        "statement": public_url(region.host, reverse("umbrella:accessibility")),
        "feedback": public_url(region.host, reverse("umbrella:feedback")),
        "contact": region.contact.get("accessibility_email") or region.contact.get("email", ""),
        **{name: facts[name] for name in ("conformance", "standard", "assessed_on", "updated_on", "law")},
        "method": facts["method"][language],
        "gaps": [gap[language] for gap in facts["gaps"]],
        "enforcement": facts["enforcement"],
        "monitoring": facts["monitoring"],
    }
    return JsonResponse(statement, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
@public_page
def easy_language(request: HttpRequest) -> HttpResponse:
    """The portal in Leichte Sprache."""
    return _legal(request, PageKind.EASY_LANGUAGE, "umbrella/easy_language.html")


@require_safe
@public_page
def sign_language(request: HttpRequest) -> HttpResponse:
    """The portal in German Sign Language."""
    return _legal(request, PageKind.SIGN_LANGUAGE, "umbrella/sign_language.html")


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Report a barrier or say something else about the umbrella portal."""
    if request.method != "POST":
        form = FeedbackForm(initial={"page": request.GET.get("seite", "")[:300]})
        return _feedback_page(request, form, status=200)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _feedback_page(request, form, status=422)
    if not form.is_robot:
        try:
            submit_feedback(
                actor=ANONYMOUS,
                region=region_of(request),
                message=form.cleaned_data["message"],
                email=form.cleaned_data["email"],
                page=form.cleaned_data["page"],
                language=language_code(),
                caller=address_key(request),
            )
        except (ExternalTemporary, InvalidInput, TooManyRequests) as refused:
            form.add_error(None, refused.user_message)
            return _feedback_page(request, form, status=int(refused.http_status))
    return HttpResponseRedirect(f"{request.path}?gesendet=1")


def _feedback_page(request: HttpRequest, form: FeedbackForm, *, status: int) -> HttpResponse:
    context = {"form": form, "is_sent": "gesendet" in request.GET, "region": region_of(request)}
    return render(request, "umbrella/feedback.html", context, status=status)
