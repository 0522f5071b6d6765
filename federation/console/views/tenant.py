"""One municipality: everything the operator may know of it, and the way back in for its administration."""

from __future__ import annotations

from uuid import UUID

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from federation.console.access import own_tenant
from federation.console.forms import InvitationForm
from federation.console.once import keep_link, take_link
from federation.console.trail import list_trail
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.onboarding import INVITATION_PATH
from shared_services.identity.requests import actor_of
from tenants.errors import InvalidInput
from tenants.links import public_url
from tenants.provisioning.access import invite_administrator
from tenants.provisioning.selectors import current_version

_ENTRIES_SHOWN = 20


@require_safe
@operator_required
def tenant(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one municipality; right after its onboarding also the invitation link, this one time."""
    record = own_tenant(request, slug)
    context = {
        "tenant": record,
        "address": public_url(str(record["host"])),
        "hosts": [(host, public_url(str(host))) for host in record["hosts"]],  # type: ignore[attr-defined] # a list
        "population": _written_number(record["population"]),
        "current_version": current_version(),
        "invitation_link": take_link(actor_of(request), slug) if request.method == "GET" else "",
        "entries": list_trail([UUID(str(record["id"]))], limit=_ENTRIES_SHOWN),
    }
    return render(request, "console/tenant.html", context)


def _written_number(value: object) -> str:
    locale = "en_GB" if (get_language() or "de").startswith("en") else "de_DE"
    return format_decimal(value, locale=locale) if isinstance(value, int) else ""


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a new link for an administrator, when the first one was lost or has run out."""
    record = own_tenant(request, slug)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = invite_administrator(actor=actor_of(request), slug=slug, email=form.cleaned_data["admin_email"])
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                path = INVITATION_PATH.format(token=made.token)
                keep_link(actor_of(request), slug, public_url(str(record["host"]), path))
                flash(request, _("Der Einladungslink für {name} ist erstellt.").format(name=record["name"]))
                if made.is_mailed:
                    flash(request, _("Er ist auch per E-Mail an {email} unterwegs.").format(email=made.email), "info")
                return HttpResponseRedirect(reverse("console:tenant", args=[slug]))
    return render(request, "console/invitation.html", {"tenant": record, "form": form}, status=status)
