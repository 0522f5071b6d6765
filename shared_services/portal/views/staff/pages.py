"""Legal pages, Leichte Sprache and sign language, in each language."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.services.richtext import clean_rich_text
from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal import services
from shared_services.portal.editing import page_state
from shared_services.portal.legal import shown_page
from shared_services.portal.placeholders import placeholder_labels
from shared_services.portal.requests import profile_of, tenant_of
from shared_services.portal.selectors import list_pages, page_kinds
from shared_services.portal.staff_forms import PageForm
from shared_services.portal.texts import LANGUAGES
from shared_services.portal.values import PageInfo
from shared_services.portal.views.staff.editor import Outcome, posted_from, submit


@require_safe
@staff_required
def staff_pages(request: HttpRequest) -> HttpResponse:
    """List the pages by kind and language."""
    written = {(page.kind, page.language): page for page in list_pages(actor=actor_of(request))}
    rows = [
        (kind, label, [(code, written.get((kind, code))) for code in LANGUAGES]) for kind, label in page_kinds().items()
    ]
    return render(request, "portal/staff_pages.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_page(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Show and change a page in one language."""
    state = partial(page_state, actor=actor_of(request), kind=kind, language=language)
    outcome: Outcome | None = Outcome(PageForm.filled(state()))
    if request.method == "POST":
        form = PageForm(request.POST)
        save = partial(_save, request, form, kind=kind, language=language)
        outcome = submit(form, save=save, state=state)
    if outcome is not None:
        context = {**outcome.context(), **_page_context(kind, language)}
        return render(request, "portal/staff_page.html", context, status=outcome.status)
    flash(request, _("Die Seite ist gespeichert und sofort zu sehen."))
    return HttpResponseRedirect(reverse("portal:staff_page", args=[kind, language]))


def _save(request: HttpRequest, form: PageForm, *, kind: str, language: str) -> None:
    services.save_legal_page(
        actor=actor_of(request),
        kind=kind,
        language=language,
        title=form.cleaned_data["title"],
        body=form.cleaned_data["body"],
        seen=form.cleaned_data["seen"],
    )


@staff_required
@posted_from("portal:staff_page")
def staff_page_preview(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Show how the entries would look, placeholders filled, without saving."""
    page_state(actor=actor_of(request), kind=kind, language=language)
    form = PageForm(request.POST)
    form.is_valid()
    page = PageInfo(
        kind=kind,
        language=language,
        title=form.cleaned_data.get("title", ""),
        body=clean_rich_text(form.cleaned_data.get("body", "")),
        updated_at=timezone.now(),
        updated_by="",
    )
    shown = shown_page(
        page, profile=profile_of(request), tenant=tenant_of(request), url=request.build_absolute_uri("/")
    )
    context = {**Outcome(form).context(), **_page_context(kind, language), "preview": shown}
    return render(request, "portal/staff_page_preview.html", context)


def _page_context(kind: str, language: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "kind_label": page_kinds()[kind],
        "language": language,
        "placeholders": placeholder_labels(),
        "public_name": _PUBLIC_ROUTES[kind],
    }


_PUBLIC_ROUTES = {
    "imprint": "portal:imprint",
    "privacy": "portal:privacy",
    "accessibility": "portal:accessibility",
    "leichte_sprache": "portal:easy_language",
    "gebaerdensprache": "portal:sign_language",
}
