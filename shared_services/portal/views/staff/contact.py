"""Contact data of the town."""

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
from shared_services.portal.editing import contact_state
from shared_services.portal.staff_forms import ContactForm
from shared_services.portal.views.staff.editor import Outcome, submit


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_contact(request: HttpRequest) -> HttpResponse:
    """Show and change the contact data."""
    state = partial(contact_state, actor=actor_of(request))
    outcome: Outcome | None = Outcome(ContactForm.filled(state()))
    if request.method == "POST":
        form = ContactForm(request.POST)
        outcome = submit(form, save=partial(_save, request, form), state=state)
    if outcome is not None:
        return render(request, "portal/staff_contact.html", outcome.context(), status=outcome.status)
    flash(request, _("Die Kontaktdaten sind gespeichert. Impressum und Kontaktseite zeigen sie ab sofort."))
    return HttpResponseRedirect(reverse("portal:staff_contact"))


def _save(request: HttpRequest, form: ContactForm) -> None:
    services.update_contact(actor=actor_of(request), values=form.values, seen=form.cleaned_data["seen"])
