"""The IT provider in a town's work area: the town sees, allows and ends it; the visitor comes in and leaves."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_services.identity import services
from shared_services.identity.citizen import attempts
from shared_services.identity.citizen.services import limit_returns
from shared_services.identity.decorators import never_stored, staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import SupportRulesForm
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, site_of
from shared_services.identity.support import handover
from shared_services.identity.support.sessions import begin_support
from tenants.actors import Actor
from tenants.errors import Conflict, DomainError
from tenants.registry.sites import TenantInfo
from tenants.staff import support as staff_support
from tenants.staff.visits import list_visits, needs_approval


@require_safe
@staff_required
def support(request: HttpRequest) -> HttpResponse:
    """List the IT provider's visits, and whether it has to ask."""
    visits = list_visits(actor=actor_of(request))
    context = {
        "current": [one for one in visits if not one.is_over],
        "past": [one for one in visits if one.is_over],
        "form": SupportRulesForm(initial={"must_ask": needs_approval()}),
    }
    return render(request, "identity/support.html", context)


@require_POST
@staff_required
def support_rules(request: HttpRequest) -> HttpResponse:
    """Say whether the IT provider has to ask before it comes in."""
    form = SupportRulesForm(request.POST)
    must_ask = form.is_valid() and form.cleaned_data["must_ask"]
    staff_support.set_rules(actor=actor_of(request), must_ask=must_ask)
    flash(
        request,
        _("Der IT-Dienstleister kommt jetzt nur noch mit Ihrer Zustimmung herein.")
        if must_ask
        else _("Der IT-Dienstleister darf jetzt ohne Rückfrage herein. Sie erfahren jedes Mal davon."),
    )
    return HttpResponseRedirect(reverse("identity:support"))


@require_POST
@staff_required
def allow_support(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Allow a visit that waits for the town's word."""
    try:
        visit = staff_support.approve_access(actor=actor_of(request), access_id=access_id)
    except Conflict:
        flash(request, _("Diese Anfrage wartet nicht mehr. Sie brauchen nichts zu tun."), "warning")
    else:
        flash(request, _("Erlaubt. {person} kann das Portal jetzt betreten.").format(person=visit.full_name))
    return HttpResponseRedirect(reverse("identity:support"))


@require_POST
@staff_required
def end_support(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """End a visit at once, or refuse one."""
    visit = staff_support.end_access(actor=actor_of(request), access_id=access_id)
    flash(request, _("Beendet. {person} hat keinen Zugriff mehr.").format(person=visit.full_name))
    return HttpResponseRedirect(reverse("identity:support"))


@require_safe
def enter_support(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Send somebody of the IT provider to the console, which says who they are. Opens nothing by itself."""
    attempt, address = handover.begin(request, tenant=_town(request), access_id=access_id)
    response = HttpResponseRedirect(address)
    attempts.keep(request, response, attempt)
    return never_stored(response)


@require_safe
def support_returned(request: HttpRequest) -> HttpResponse:
    """Take the console's code and begin the visit."""
    attempt = attempts.take(request, state=request.GET.get("state", "")[:200])
    if attempt is None:
        note_refusal("state_unknown")
        return _refused(request, handover.not_begun())
    try:
        limit_returns(request)
        actor = _begin(request, attempt)
    except DomainError as refused:
        response = _refused(request, refused)
    else:
        response = HttpResponseRedirect(attempt.target)
        flash(request, _("Sie arbeiten jetzt als {person}. Die Kommune sieht es.").format(person=actor.name), "info")
    attempts.drop(request, response, attempt)
    return never_stored(response)


@require_POST
@staff_required
def leave_support(request: HttpRequest) -> HttpResponse:
    """End the own visit before its time."""
    actor = actor_of(request)
    if actor.support_access is None:
        raise Http404
    staff_support.end_access(actor=actor, access_id=actor.support_access)
    services.sign_out(request=request)
    flash(request, _("Ihr Zugriff ist beendet."))
    return never_stored(HttpResponseRedirect(reverse("identity:sign_in")))


def _begin(request: HttpRequest, attempt: attempts.Attempt) -> Actor:
    tenant = _town(request)
    passed = handover.redeem(code=request.GET.get("code", ""), attempt=attempt, tenant=tenant)
    return begin_support(request, passed, tenant=tenant)


def _refused(request: HttpRequest, refused: DomainError) -> HttpResponse:
    context = {"message": refused.user_message}
    status = HTTPStatus(refused.http_status)
    return never_stored(render(request, "identity/support_refused.html", context, status=status))


def _town(request: HttpRequest) -> TenantInfo:
    tenant = site_of(request).tenant
    if tenant is None:
        raise Http404
    return tenant
