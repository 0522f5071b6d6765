"""A municipality leaves: closed and exported, waited for, removed by the beat, proved."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from federation.console.access import operator_id_of, own_tenant
from federation.console.forms import OffboardingForm
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.errors import Conflict, ExternalTemporary, InvalidInput
from tenants.lifecycle import services
from tenants.lifecycle.selectors import (
    find_open_offboarding,
    get_offboarding,
    list_offboardings,
    list_towns_without_district_after,
)

_CANCELLABLE = ("begun", "waiting")


def _at(departure_id: object) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:departure", args=[departure_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def offboard(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for reason, period and name, then close the portal; the archive is written in the background."""
    record = own_tenant(request, slug)
    known = find_open_offboarding(slug)
    if known is not None:
        return _at(known["id"])
    given = request.POST if request.method == "POST" else None
    form = OffboardingForm(given, slug=slug, initial={"wait_days": services.DEFAULT_WAIT_DAYS})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                begun = services.begin_offboarding(
                    actor=actor_of(request),
                    slug=slug,
                    archive_dir=_archive_folder(),
                    reason=form.cleaned_data["reason"],
                    wait_days=form.cleaned_data["wait_days"],
                )
            except (InvalidInput, Conflict, ExternalTemporary) as refused:
                form.add_refusal(refused)
                status = HTTPStatus(refused.http_status)
            else:
                flash(request, _("Das Portal von {name} ist geschlossen.").format(name=record["name"]))
                return _at(begun.id)
    context = {"tenant": record, "form": form, "towns": list_towns_without_district_after(slug)}
    return render(request, "console/offboard.html", context, status=status)


def _archive_folder() -> Path:
    folder = Path(settings.VERBUND_ARCHIVE_DIR)
    # Archives hold personal data.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@require_safe
@operator_required
def departures(request: HttpRequest) -> HttpResponse:
    """List who leaves and who has left."""
    return render(
        request, "console/departures.html", {"departures": list_offboardings(operator_id=operator_id_of(request))}
    )


@require_safe
@operator_required
def departure(request: HttpRequest, departure_id: UUID) -> HttpResponse:
    """Show how far a departure is, and at its end the proof."""
    record = get_offboarding(departure_id, operator_id=operator_id_of(request))
    context = {
        "departure": record,
        "is_cancellable": record["state"] in _CANCELLABLE,
        "is_due": record["due_at"] is not None and record["due_at"] <= timezone.now(),  # type: ignore[operator] # a time
    }
    return render(request, "console/departure.html", context)


@require_POST
@operator_required
def cancel_departure(request: HttpRequest, departure_id: UUID) -> HttpResponse:
    """Call a departure off: the portal is again what it was."""
    record = get_offboarding(departure_id, operator_id=operator_id_of(request))
    if record["state"] not in _CANCELLABLE:
        flash(request, _("Hier gibt es nichts mehr abzubrechen."), "warning")
        return _at(departure_id)
    slug = str(record["slug"])
    try:
        services.cancel_offboarding(actor=actor_of(request), slug=slug)
    except (Conflict, ExternalTemporary) as refused:
        flash(request, refused.user_message, "warning")
        return _at(departure_id)
    flash(request, _("{name} bleibt. Das Portal ist wieder in dem Zustand von vorher.").format(name=record["name"]))
    return HttpResponseRedirect(reverse("console:tenant", args=[slug]))
