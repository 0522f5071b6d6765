"""Work in a municipality's portal for a while: ask with a reason, enter, end; and what was before."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from federation.console.access import operator_id_of, own_tenant
from federation.console.forms import SupportForm
from shared_services.identity.decorators import never_stored, operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.redirects import path_to
from shared_services.identity.requests import actor_of, language_prefix
from shared_services.identity.support.handover import enter_url, issue_code, return_url
from tenants.context import in_tenant
from tenants.errors import InvalidInput, NotFound
from tenants.operators.policies import can_enter_console
from tenants.registry.sites import TenantInfo, directory
from tenants.staff import support as staff_support
from tenants.staff.visits import VisitState, get_visit, list_visits_of, needs_approval


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def support(request: HttpRequest, slug: str) -> HttpResponse:
    """List the visits of one's own provider in a town, and ask for one."""
    record, tenant = own_tenant(request, slug), _town(slug)
    form = SupportForm(request.POST if request.method == "POST" else None, initial={"minutes": "30"})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                _ask(request, tenant, form)
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                return HttpResponseRedirect(reverse("console:support", args=[slug]))
    with in_tenant(tenant.ref):
        visits = list_visits_of(operator_id=operator_id_of(request))
        must_ask = needs_approval()
    own = actor_of(request).id
    context = {
        "tenant": record,
        "form": form,
        "must_ask": must_ask,
        "current": [
            (one, enter_url(tenant, one.id) if one.account_id == own else "") for one in visits if not one.is_over
        ],
        "past": [one for one in visits if one.is_over],
    }
    return render(request, "console/support.html", context, status=status)


@require_POST
@operator_required
def end_support(request: HttpRequest, slug: str, access_id: UUID) -> HttpResponse:
    """End a visit before its time."""
    own_tenant(request, slug)
    with in_tenant(_town(slug).ref):
        staff_support.end_access(actor=actor_of(request), access_id=access_id)
    flash(request, _("Der Zugriff ist beendet."))
    return HttpResponseRedirect(reverse("console:support", args=[slug]))


@require_safe
def pass_on(request: HttpRequest) -> HttpResponse:
    """Tell a town's host who comes, by a code that only the browser that asked can use.

    Whoever is not signed in comes back to the town's page here and not to this address: a form may not lead away from
    the console's host.
    """
    slug = request.GET.get("kommune", "")[:60]
    if not can_enter_console(actor_of(request)):
        back = reverse("console:support", args=[slug]) if slug.replace("-", "").isalnum() else ""
        return never_stored(HttpResponseRedirect(path_to("identity:sign_in", back=back)))
    own_tenant(request, slug)
    tenant, access_id = _town(slug), _asked_access(request)
    with in_tenant(tenant.ref):
        visit = get_visit(access_id)
    if visit is None or visit.account_id != actor_of(request).id or visit.is_over:
        raise NotFound(_("Diesen Zugriff gibt es nicht. Beginnen Sie ihn auf der Seite der Kommune noch einmal."))
    if visit.state == VisitState.WAITING:
        flash(request, _("Die Kommune hat noch nicht zugestimmt. Versuchen Sie es später noch einmal."), "warning")
        return never_stored(HttpResponseRedirect(reverse("console:support", args=[slug])))
    code = issue_code(
        request,
        tenant=tenant,
        access_id=access_id,
        challenge=request.GET.get("challenge", "")[:100],
    )
    state = request.GET.get("state", "")[:100]
    return never_stored(
        HttpResponseRedirect(return_url(tenant, code=code, state=state, prefix=language_prefix(request)))
    )


def _ask(request: HttpRequest, tenant: TenantInfo, form: SupportForm) -> None:
    with in_tenant(tenant.ref):
        visit = staff_support.request_access(
            actor=actor_of(request),
            reason=form.cleaned_data["reason"],
            minutes=int(form.cleaned_data["minutes"]),
        )
    if visit.state == VisitState.WAITING:
        flash(request, _("Die Kommune ist gefragt. Sobald sie zustimmt, betreten Sie das Portal von hier."), "info")
    else:
        flash(request, _("Sie dürfen das Portal jetzt betreten. Die Zeit läuft, sobald Sie es tun."))


def _town(slug: str) -> TenantInfo:
    tenant = directory.snapshot().tenants.get(slug)
    if tenant is None or not tenant.is_open:
        raise NotFound(_("Dieses Portal ist geschlossen. Öffnen Sie es zuerst."))
    return tenant


def _asked_access(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("zugriff", ""))
    except ValueError:
        raise NotFound(
            _("Diesen Zugriff gibt es nicht. Beginnen Sie ihn auf der Seite der Kommune noch einmal.")
        ) from None
