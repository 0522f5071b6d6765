"""Messages of visitors of the umbrellas."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from federation.umbrella.feedback import delete_feedback, get_feedback, list_feedback, mark_handled
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of

_ROUTES: Final = {
    "list": "console:feedback",
    "handled": "console:feedback_handled",
    "delete": "console:feedback_delete",
}


@require_safe
@operator_required
def feedback(request: HttpRequest) -> HttpResponse:
    """List what visitors wrote about the provider's regions, open messages first."""
    messages = list_feedback(actor=actor_of(request))
    context = {
        "waiting": [one for one in messages if one.handled_at is None],
        "handled": [one for one in messages if one.handled_at is not None],
        "what_comes": _("Hier erscheint, was Bürgerinnen und Bürger über das Dachportal Ihrer Regionen schreiben."),
        "routes": _ROUTES,
    }
    return render(request, "portal/staff_feedback.html", context)


@require_POST
@operator_required
def feedback_handled(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Note that somebody took care."""
    mark_handled(actor=actor_of(request), feedback_id=feedback_id)
    flash(request, _("Die Rückmeldung ist als erledigt markiert."))
    return HttpResponseRedirect(reverse("console:feedback"))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def feedback_delete(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Ask once more, then delete a message."""
    message = get_feedback(actor=actor_of(request), feedback_id=feedback_id)
    if request.method == "POST":
        delete_feedback(actor=actor_of(request), feedback_id=feedback_id)
        flash(request, _("Die Rückmeldung ist gelöscht."))
        return HttpResponseRedirect(reverse("console:feedback"))
    return render(request, "portal/staff_feedback_delete.html", {"message": message, "routes": _ROUTES})
