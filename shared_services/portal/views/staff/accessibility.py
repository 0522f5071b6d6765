"""The facts of the accessibility statement."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal import services
from shared_services.portal.editing import accessibility_state
from shared_services.portal.staff_forms import AccessibilityForm
from shared_services.portal.views.staff.editor import Outcome, submit


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_accessibility(request: HttpRequest) -> HttpResponse:
    """Show and change how accessible the portal is."""
    state = partial(accessibility_state, actor=actor_of(request))
    outcome: Outcome | None = Outcome(AccessibilityForm.filled(state()))
    if request.method == "POST":
        form = AccessibilityForm(request.POST)
        outcome = submit(form, save=partial(_save, request, form), state=state)
    if outcome is not None:
        return render(request, "portal/staff_accessibility.html", outcome.context(), status=outcome.status)
    flash(request, _("Die Angaben sind gespeichert. Die Erklärung zur Barrierefreiheit zeigt sie ab sofort."))
    return HttpResponseRedirect(reverse("portal:staff_pages"))


def _save(request: HttpRequest, form: AccessibilityForm) -> None:
    services.update_accessibility(actor=actor_of(request), seen=form.cleaned_data["seen"], **form.values)
