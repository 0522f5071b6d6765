"""The hosts of a municipality."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from federation.console.access import own_tenant
from federation.console.forms import DomainForm
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.errors import Conflict, InvalidInput
from tenants.links import public_url
from tenants.registry import services


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:domains", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def domains(request: HttpRequest, slug: str) -> HttpResponse:
    """List the hosts and add one."""
    record = own_tenant(request, slug)
    form = DomainForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                host = services.add_domain(actor=actor_of(request), slug=slug, host=form.cleaned_data["host"])
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
                status = refused.http_status
            else:
                flash(request, _("{host} leitet jetzt zu {primary} weiter.").format(host=host, primary=record["host"]))
                return _back(slug)
    hosts = [(host, public_url(str(host))) for host in record["hosts"]]  # type: ignore[attr-defined] # a list
    context = {"tenant": record, "hosts": hosts, "form": form}
    return render(request, "console/domains.html", context, status=status)


@require_POST
@operator_required
def make_primary(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one of the hosts the one to which the others redirect."""
    host = request.POST.get("host", "")
    services.make_domain_primary(actor=actor_of(request), slug=slug, host=host)
    flash(request, _("{host} ist jetzt die Hauptadresse.").format(host=host))
    return _back(slug)


@require_POST
@operator_required
def remove_domain(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a host away."""
    host = request.POST.get("host", "")
    try:
        services.remove_domain(actor=actor_of(request), slug=slug, host=host)
    except Conflict as refused:
        flash(request, refused.user_message, "warning")
    else:
        flash(request, _("{host} ist entfernt. Dort antwortet kein Portal mehr.").format(host=host))
    return _back(slug)
