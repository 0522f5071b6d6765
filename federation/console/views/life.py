"""A municipality's states: suspend, resume, move on; and its last error."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from federation.console.access import own_tenant
from federation.console.forms import LifeForm, SuspensionForm
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.errors import Conflict, InvalidInput
from tenants.provisioning import services
from tenants.provisioning.life import list_next_lives
from tenants.registry.selectors import list_life_choices

_METHODS = ["GET", "HEAD", "POST"]


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:tenant", args=[slug]))


@require_http_methods(_METHODS)
@operator_required
def suspend(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the reason, then close the portal."""
    record = own_tenant(request, slug)
    form = SuspensionForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.suspend(actor=actor_of(request), slug=slug, reason=form.cleaned_data["reason"])
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
                status = refused.http_status
            else:
                flash(request, _("Das Portal von {name} ist gesperrt.").format(name=record["name"]))
                return _back(slug)
    return render(request, "console/suspend.html", {"tenant": record, "form": form}, status=status)


@require_http_methods(_METHODS)
@operator_required
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then open the portal in the state from before."""
    record = own_tenant(request, slug)
    if request.method == "POST":
        try:
            services.resume(actor=actor_of(request), slug=slug)
        except Conflict as refused:
            flash(request, refused.user_message, "warning")
        else:
            flash(request, _("Das Portal von {name} ist wieder freigegeben.").format(name=record["name"]))
        return _back(slug)
    before = dict(list_life_choices()).get(str(record["state_before"] or "live"), "")
    return render(request, "console/resume.html", {"tenant": record, "state_before": before})


@require_http_methods(_METHODS)
@operator_required
def life(request: HttpRequest, slug: str) -> HttpResponse:
    """Move the municipality on to another state."""
    record = own_tenant(request, slug)
    choices = list_next_lives(str(record["state"]))
    form = LifeForm(request.POST if request.method == "POST" else None, choices=choices)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.set_life(actor=actor_of(request), slug=slug, life=form.cleaned_data["life"])
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
                status = refused.http_status
            else:
                label = dict(choices)[form.cleaned_data["life"]]
                flash(request, _("{name} ist jetzt „{state}“.").format(name=record["name"], state=label))
                return _back(slug)
    context = {"tenant": record, "form": form, "has_choices": bool(choices)}
    return render(request, "console/life.html", context, status=status)


@require_POST
@operator_required
def clear_error(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the last error off the list."""
    services.clear_error(actor=actor_of(request), slug=slug)
    flash(request, _("Der Fehler ist als erledigt markiert."))
    return _back(slug)
