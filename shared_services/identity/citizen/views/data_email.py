"""Another e-mail address: asked for here, confirmed by a link, stopped by whoever reads the old mailbox."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.accounts import emailchange
from shared_services.accounts.book import OwnAccount, get_own_account
from shared_services.identity.citizen.data_forms import NewEmailForm
from shared_services.identity.citizen.freshness import has_fresh_proof, require_own_password
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.flow import refused_page
from shared_services.identity.citizen.views.registration import limit_mails
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.linklimits import link_limited
from tenants.errors import DomainError, InvalidInput


@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def data_email(request: HttpRequest) -> HttpResponse:
    """Ask for another address. Where Keycloak keeps the account, it follows once the link was opened."""
    account = get_own_account(own_id(request))
    if not account.has_password and not has_fresh_proof(request):
        return render(request, "citizen/data_email.html", {"needs_fresh_sign_in": True, "account": account})
    form = NewEmailForm(request.POST if request.method == "POST" else None, has_password=account.has_password)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                _begin(request, account, form)
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
            else:
                flash(request, _("Wir haben Ihnen einen Link an die neue Adresse geschickt."))
                return HttpResponseRedirect(f"{reverse('citizen:data')}#kontakt")
    return render(request, "citizen/data_email.html", {"form": form, "account": account}, status=status)


@require_POST
@citizen_required()
def data_email_cancel(request: HttpRequest) -> HttpResponse:
    """Leave the address as it is."""
    emailchange.cancel_email_change(account_id=own_id(request))
    flash(request, _("Ihre Adresse bleibt, wie sie ist."))
    return HttpResponseRedirect(f"{reverse('citizen:data')}#kontakt")


@link_limited
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take the new address into use. A GET changes nothing: mail servers open links, too."""
    account_id = own_id(request)
    try:
        email = emailchange.get_email_of_link(token, account_id=account_id)
        if request.method == "POST":
            emailchange.finish_email_change(token=token, account_id=account_id, sender=sender_of(request))
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:data_email"))
    if request.method == "POST":
        flash(request, _("Ihre neue Adresse gilt. Melden Sie sich ab jetzt mit ihr an."))
        return HttpResponseRedirect(f"{reverse('citizen:data')}#kontakt")
    return render(request, "citizen/confirm_email.html", {"email": email})


@link_limited
@require_http_methods(["GET", "HEAD", "POST"])
def keep_email(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a change of the address. Nobody needs to be signed in for it."""
    try:
        emailchange.require_keep_link(token)
        if request.method == "POST":
            emailchange.keep_email(token=token)
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:data"))
    return never_stored(render(request, "citizen/keep_email.html", {"is_done": request.method == "POST"}))


def _begin(request: HttpRequest, account: OwnAccount, form: NewEmailForm) -> None:
    email = form.cleaned_data["email"]
    if account.has_password:
        require_own_password(account.id, form.cleaned_data["current_password"])
    limit_mails(request, email)
    emailchange.begin_email_change(account_id=account.id, email=email, sender=sender_of(request))
