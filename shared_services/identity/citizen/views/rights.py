"""A person's rights: see what is kept, take it along, have it erased."""

from __future__ import annotations

import json
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.accounts import deletion, export, personaldata
from shared_services.accounts.book import OwnAccount, get_own_account
from shared_services.identity.citizen import services
from shared_services.identity.citizen.freshness import has_fresh_proof, require_own_password
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.rights_forms import DeleteAccountForm
from shared_services.identity.citizen.rights_pdf import write_pdf
from shared_services.identity.citizen.rights_presentation import present_kept
from shared_services.identity.citizen.rights_texts import list_stored
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.flow import lead_on, refused_page
from shared_services.identity.flashes import flash
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.requests import actor_of, site_of
from tenants.errors import DomainError, InvalidInput
from tenants.limits import check_limit
from tenants.mail.services import can_send_mail

_EXPORTS_PER_HOUR = 20


@require_safe
@citizen_required()
def rights(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why and how long, and offer copies and deletion."""
    try:
        towns = [town.name for town in personaldata.list_towns(own_id(request))]
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:overview"))
    return render(request, "citizen/rights.html", {"stored": list_stored(), "towns": towns})


@require_POST
@citizen_required()
def export_json(request: HttpRequest) -> HttpResponse:
    """Hand over everything in a form that machines read."""
    return _exported(request, ending="json")


@require_POST
@citizen_required()
def export_pdf(request: HttpRequest) -> HttpResponse:
    """Hand over everything in a form that people read."""
    return _exported(request, ending="pdf")


@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def delete_account(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, and delete the account of whoever is sure and has just proved who they are."""
    account = get_own_account(own_id(request))
    asks_password = not uses_keycloak() and account.has_password
    context = {"kept": present_kept(personaldata.list_kept(account.id)), "account": account}
    if not asks_password and not has_fresh_proof(request):
        return render(request, "citizen/delete_account.html", {**context, "needs_fresh_sign_in": True})
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, has_password=asks_password)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                return _delete(request, account, password=form.cleaned_data.get("current_password"))
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
    return render(request, "citizen/delete_account.html", {**context, "form": form}, status=status)


@require_POST
@citizen_required()
def sign_in_anew(request: HttpRequest) -> HttpResponse:
    """End the session and the sign-in behind it, and lead back over a fresh one: to the deletion, or where it says."""
    path = safe_path(request.POST.get(PARAMETER, ""), default=reverse("citizen:delete_account"))
    address = services.sign_out(request)
    return lead_on(request, address or f"{reverse('citizen:sign_in')}?{urlencode({PARAMETER: path})}")


def _delete(request: HttpRequest, account: OwnAccount, *, password: str | None) -> HttpResponse:
    if password is not None:
        require_own_password(account.id, password)
    deletion.request_deletion(actor=actor_of(request), account_id=account.id, sender=sender_of(request))
    address = ""
    # The sign-in behind it ends, too: else the next page of a town would open a new account at once. A worker may have
    # destroyed the key of its tokens already; then it has removed the user there as well.
    with suppress(DomainError):
        address = services.sign_out(request)
    told = [_("Ihr Konto ist geschlossen und wird jetzt gelöscht.")]
    if account.email and can_send_mail():
        told.append(_("Eine E-Mail bestätigt es Ihnen."))
    flash(request, " ".join(told))
    return lead_on(request, address) if address else HttpResponseRedirect(reverse("umbrella:home"))


def _exported(request: HttpRequest, *, ending: str) -> HttpResponse:
    account_id = own_id(request)
    try:
        check_limit("citizen.export", str(account_id), limit=_EXPORTS_PER_HOUR, window_seconds=3600)
        found = export.export_account_data(account_id)
        region = site_of(request).region
        body = (
            write_pdf(found, portal=region.name if region else "")
            if ending == "pdf"
            else json.dumps(found, ensure_ascii=False, indent=2).encode()
        )
        export.note_exported(account_id=account_id, ending=ending)
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:rights"))
    kind = "application/pdf" if ending == "pdf" else "application/json"
    begin = _("meine-daten")
    name = f"{begin}-{timezone.localdate().isoformat()}.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
