"""One's own absence: from when to when, and who stands in."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity.absences import describe_absence
from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import AbsenceForm
from shared_services.identity.requests import actor_of
from tenants.errors import InvalidInput
from tenants.staff import absence as absences
from tenants.staff.policies import can_have_account, require
from tenants.staff.selectors import get_session_account


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def absence(request: HttpRequest) -> HttpResponse:
    """Show and set one's own absence, and for whom one stands in."""
    own_id = _own_id(request)
    deputies = absences.list_possible_deputies(actor=actor_of(request), account_id=own_id)
    own = get_session_account(own_id)
    known = own.absence if own else None
    initial = {"first_day": known.first_day, "last_day": known.last_day, "deputy": known.deputy} if known else {}
    form = AbsenceForm(
        request.POST if request.method == "POST" else None,
        deputies=[(str(one.id), one.name) for one in deputies],
        initial=initial,
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and _save(request, form, own_id):
            flash(request, _("Ihre Abwesenheit ist eingetragen. Sie endet von selbst."))
            return HttpResponseRedirect(reverse("identity:absence"))
    names = {one.id: one.name for one in deputies}
    context = {
        "form": form,
        "now": describe_absence(own, names=names, today=timezone.localdate()) if own else "",
        "acting_for": [one.name for one in absences.acting_for(own_id)],
    }
    return render(request, "identity/absence.html", context, status=status)


@require_POST
@staff_required
def end_absence(request: HttpRequest) -> HttpResponse:
    """Say that one is back."""
    absences.end_absence(actor=actor_of(request), account_id=_own_id(request))
    flash(request, _("Willkommen zurück. Ihre Abwesenheit ist beendet."))
    return HttpResponseRedirect(reverse("identity:absence"))


def _save(request: HttpRequest, form: AbsenceForm, own_id: UUID) -> bool:
    data = form.cleaned_data
    try:
        absences.set_absence(
            actor=actor_of(request),
            account_id=own_id,
            first_day=data["first_day"],
            last_day=data["last_day"],
            deputy=UUID(data["deputy"]) if data["deputy"] else None,
        )
    except InvalidInput as refused:
        form.add_refusal(refused)
        return False
    return True


def _own_id(request: HttpRequest) -> UUID:
    actor = actor_of(request)
    require(can_have_account, actor)
    return actor.id or UUID(int=0)
