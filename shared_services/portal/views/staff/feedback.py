"""Messages of visitors."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal import services
from shared_services.portal.selectors import get_feedback, list_feedback

_ROUTES: Final = {
    "list": "portal:staff_feedback",
    "handled": "portal:staff_feedback_handled",
    "delete": "portal:staff_feedback_delete",
}


@require_safe
@staff_required
def staff_feedback(request: HttpRequest) -> HttpResponse:
    """List what visitors wrote, open messages first."""
    messages = list_feedback(actor=actor_of(request))
    context = {
        "waiting": [one for one in messages if one.handled_at is None],
        "handled": [one for one in messages if one.handled_at is not None],
        "what_comes": _("Hier erscheint, was Bürgerinnen und Bürger über das Formular schreiben."),
        "routes": _ROUTES,
    }
    return render(request, "portal/staff_feedback.html", context)


@require_POST
@staff_required
def staff_feedback_handled(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Note that somebody took care."""
    services.mark_feedback_handled(actor=actor_of(request), feedback_id=feedback_id)
    flash(request, _("Die Rückmeldung ist als erledigt markiert."))
    return HttpResponseRedirect(reverse("portal:staff_feedback"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_feedback_delete(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Ask once more, then delete a message."""
    message = get_feedback(actor=actor_of(request), feedback_id=feedback_id)
    if request.method == "POST":
        services.delete_feedback(actor=actor_of(request), feedback_id=feedback_id)
        flash(request, _("Die Rückmeldung ist gelöscht."))
        return HttpResponseRedirect(reverse("portal:staff_feedback"))
    return render(request, "portal/staff_feedback_delete.html", {"message": message, "routes": _ROUTES})
