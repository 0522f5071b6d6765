"""A town's contributions for its editors: what was offered, what became of it, and offering something new."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from catalog.decisions.field_views import field_of
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.presentation import render_value
from catalog.decisions.selectors import get_town_service
from catalog.local.contributions import offer_service as offer_local_service
from catalog.local.contributions import offer_value as offer_own_value
from catalog.local.contributions import withdraw as withdraw_contribution
from catalog.local.forms import OfferForm, add_errors
from catalog.local.offers import list_offered_texts
from catalog.local.presentation import CONTRIBUTION_STATE_KINDS
from catalog.local.selectors import get_local_record
from catalog.local.targets import list_targets
from catalog.local.views import back_to, saved_message
from catalog.resolution.values import FieldKey
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, InvalidInput, NotFound

Send = Callable[[str, str], object]


@require_safe
@editors_only
def contributions(request: HttpRequest) -> HttpResponse:
    """List what the town offered, with the editors' answers."""
    context = {
        "offers": list_offered_texts(),
        "kinds": CONTRIBUTION_STATE_KINDS,
        "saved": saved_message(request),
    }
    return render(request, "local/contributions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def offer_value(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Offer an own text of a shared service."""
    service = get_town_service(slug)
    spec, stored = field_of(name, language)
    own = service.own_rows.get(FieldKey(spec.name, stored))
    if own is None or own.value is None or service.is_local or not service.decided.uses_overrides:
        raise NotFound(_("Anbieten können Sie nur einen eigenen Text, der zurzeit gilt."))
    label = f"{FIELD_LABELS[spec.name]} ({LANGUAGE_LABELS[stored]})" if stored else str(FIELD_LABELS[spec.name])

    def send(target: str, note: str) -> object:
        return offer_own_value(
            actor=actor_of(request), service_id=service.id, field=spec.name, language=stored, target=target, note=note
        )

    context = {
        "title": f"{service.title('de')}: {label}",
        "back_href": reverse("catalog_decisions:service", kwargs={"slug": slug}),
        "shown": render_value(spec, own.value, stored),
    }
    return _offer(request, send, context)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def offer_service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Offer a service of the town's own."""
    record = get_local_record(service_id)

    def send(target: str, note: str) -> object:
        return offer_local_service(actor=actor_of(request), service_id=service_id, target=target, note=note)

    teaser = record.values.get(FieldKey("teaser", "de"))
    context = {
        "title": record.title,
        "back_href": reverse("catalog_local:service", kwargs={"service_id": service_id}),
        "shown": Markup("<p>{}</p>").format(str(teaser.value)) if teaser else Markup(""),
    }
    return _offer(request, send, context)


@require_POST
@editors_only
def withdraw(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Take an offer back."""
    withdraw_contribution(actor=actor_of(request), contribution_id=contribution_id)
    return back_to("contributions", saved="zurueckgezogen")


def _offer(request: HttpRequest, send: Send, context: dict[str, Any]) -> HttpResponse:
    targets = list_targets()
    if request.method != "POST":
        return render(request, "local/offer.html", {**context, "form": OfferForm(targets=targets)})
    form = OfferForm(request.POST, targets=targets)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            send(form.cleaned_data["target"], form.cleaned_data["note"])
        except (InvalidInput, Conflict) as refused:
            add_errors(form, refused.fields if isinstance(refused, InvalidInput) else {}, refused.user_message)
            status = refused.http_status
        else:
            return back_to("contributions", saved="angeboten")
    return render(request, "local/offer.html", {**context, "form": form}, status=status)
