"""Opening hours: the usual week and single days."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal import services
from shared_services.portal.editing import hours_state
from shared_services.portal.hours_texts import spans_text
from shared_services.portal.selectors import list_exceptions
from shared_services.portal.staff_forms import ExceptionForm, HoursForm
from shared_services.portal.views.staff.editor import Outcome, posted_from, submit
from tenants.errors import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_hours(request: HttpRequest) -> HttpResponse:
    """Show the hours and change the usual week."""
    state = partial(hours_state, actor=actor_of(request))
    outcome: Outcome | None = Outcome(HoursForm.filled(state()))
    if request.method == "POST":
        form = HoursForm(request.POST)
        outcome = submit(form, save=partial(_save, request, form), state=state)
    if outcome is not None:
        return _page(request, outcome)
    flash(request, _("Die Öffnungszeiten sind gespeichert."))
    return HttpResponseRedirect(reverse("portal:staff_hours"))


def _save(request: HttpRequest, form: HoursForm) -> None:
    services.set_opening_hours(actor=actor_of(request), week=form.week, note=form.note, seen=form.cleaned_data["seen"])


@staff_required
@posted_from("portal:staff_hours")
def staff_hours_exception(request: HttpRequest) -> HttpResponse:
    """Add a day with other hours."""
    form = ExceptionForm(request.POST)
    if form.is_valid():
        try:
            services.add_hours_exception(
                actor=actor_of(request), day=form.cleaned_data["day"], span=form.span, note=form.note
            )
        except InvalidInput as refused:
            form.add_refusal(refused)
        else:
            flash(request, _("Die Ausnahme ist gespeichert."))
            return HttpResponseRedirect(reverse("portal:staff_hours"))
    usual = HoursForm.filled(hours_state(actor=actor_of(request)))
    return _page(request, Outcome(usual, HTTPStatus.UNPROCESSABLE_ENTITY), exception_form=form)


@require_POST
@staff_required
def staff_hours_exception_delete(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    """Let the usual hours hold again on a day."""
    services.delete_hours_exception(actor=actor_of(request), exception_id=exception_id)
    flash(request, _("Die Ausnahme ist gelöscht. An dem Tag gelten wieder die üblichen Zeiten."))
    return HttpResponseRedirect(reverse("portal:staff_hours"))


def _page(request: HttpRequest, outcome: Outcome, *, exception_form: ExceptionForm | None = None) -> HttpResponse:
    exceptions = list_exceptions(actor=actor_of(request))
    context = {
        **outcome.context(),
        "exception_form": exception_form or ExceptionForm(),
        "exceptions": [(row_id, one, spans_text(one.spans)) for row_id, one in exceptions],
    }
    return render(request, "portal/staff_hours.html", context, status=outcome.status)
