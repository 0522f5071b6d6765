"""The drafts of a shared service, and how the town publishes its texts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.decisions.draft_pages import DraftDesk, crumb, draft_step, drafts_page
from catalog.decisions.guards import actor_of, editors_only, translators_too
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.policies import can_set_publishing_rules
from catalog.decisions.presentation import NEUTRAL
from catalog.decisions.rules import has_four_eyes, set_four_eyes
from catalog.decisions.selectors import get_shared_town_service
from catalog.resolution.values import SOURCE_LANGUAGE, FieldKey


@require_GET
@translators_too
def drafts(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is written for a service and not published yet."""
    return drafts_page(_desk(request, slug))


@require_POST
@translators_too
def take_draft_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Hand drafts in, take them back, send them back, publish or discard them."""
    return draft_step(_desk(request, slug), step)


@require_http_methods(["GET", "POST"])
@editors_only
def publishing_rules(request: HttpRequest) -> HttpResponse:
    """Show how the town publishes its texts, and let its administrators change it."""
    actor, here = actor_of(request), reverse("catalog_decisions:publishing_rules")
    if request.method == "POST":
        set_four_eyes(actor=actor, is_on=request.POST.get("four_eyes") == "1")
        return HttpResponseRedirect(f"{here}?gespeichert=regel")
    is_saved = request.GET.get("gespeichert") == "regel"
    context = {
        "four_eyes": has_four_eyes(),
        "can_set": can_set_publishing_rules(actor),
        "saved": _("Die Regel ist gespeichert und gilt ab sofort.") if is_saved else "",
    }
    return render(request, "decisions/publishing_rules.html", context)


def _desk(request: HttpRequest, slug: str) -> DraftDesk:
    service = get_shared_town_service(slug)
    of_service = {"slug": slug}
    page = reverse("catalog_decisions:service", kwargs=of_service)
    title = service.title(SOURCE_LANGUAGE)
    every = crumb(_("Leistungen"), reverse("catalog_decisions:services"))

    def step_href(step: str) -> str:
        return reverse("catalog_decisions:take_draft_step", kwargs={**of_service, "step": step})

    def field_href(key: FieldKey) -> str:
        here = {**of_service, "name": key.field, "language": key.language or NEUTRAL}
        return reverse("catalog_decisions:field", kwargs=here)

    return DraftDesk(
        request=request,
        home=OVERRIDES,
        service_id=service.id,
        title=title,
        crumbs=[every, crumb(title, page), crumb(_("Entwürfe"))],
        here=reverse("catalog_decisions:drafts", kwargs=of_service),
        preview=reverse("catalog_pages:draft_preview", kwargs=of_service),
        service=page,
        step_href=step_href,
        field_href=field_href,
    )
