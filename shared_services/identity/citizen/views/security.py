"""How one signs in: password, second factor, passkeys. Only where the built-in sign-in is used."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.accounts import passkeys, secondfactor
from shared_services.accounts.book import get_own_account
from shared_services.identity.citizen.forms import CodeForm, PasskeyForm
from shared_services.identity.citizen.freshness import has_fresh_proof
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.views import elsewhere
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.entrance import require_built_in
from shared_services.identity.flashes import flash
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.passkeyplaces import place_of
from shared_services.identity.sessions import NEW_PASSKEY_CHALLENGE
from tenants.errors import DomainError, InvalidInput
from tenants.limits import check_limit

_CHALLENGE: Final = NEW_PASSKEY_CHALLENGE


@require_safe
@citizen_required()
def security(request: HttpRequest) -> HttpResponse:
    """Show how one signs in."""
    if uses_keycloak():
        return elsewhere.security(request)
    return _page(request, PasskeyForm(), status=HTTPStatus.OK)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def add_app(request: HttpRequest) -> HttpResponse:
    """Set up an app for one-time passwords: a picture to scan, the secret to type, and the first code."""
    require_built_in()
    if not has_fresh_proof(request):
        return _not_fresh(request)
    account_id = own_id(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                check_limit("citizen.app", str(account_id), limit=10, window_seconds=900, fail_closed=True)
                codes = secondfactor.finish_setup(
                    account_id=account_id, code=form.cleaned_data["code"], sender=sender_of(request)
                )
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
            else:
                return _show_codes(request, codes)
        secret = secondfactor.get_waiting_secret(account_id)
        address = secondfactor.address_of(secret, issuer=place_of(request).name, label=_label(account_id))
    else:
        try:
            address = secondfactor.begin_setup(
                account_id=account_id, issuer=place_of(request).name, label=_label(account_id)
            )
        except InvalidInput as refused:
            flash(request, refused.user_message, "info")
            return HttpResponseRedirect(reverse("citizen:security"))
        secret = secondfactor.get_waiting_secret(account_id)
    picture = segno.make(address, micro=False).svg_data_uri(scale=5, border=2)
    context = {
        "form": form,
        "picture": picture,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return render(request, "citizen/add_app.html", context, status=status)


@require_POST
@citizen_required()
def remove_app(request: HttpRequest) -> HttpResponse:
    """Sign in without the app from now on."""
    require_built_in()
    if not has_fresh_proof(request):
        return _not_fresh(request)
    secondfactor.remove_app(account_id=own_id(request), sender=sender_of(request))
    flash(request, _("Die App ist entfernt. Sie melden sich wieder mit dem Passwort allein an."))
    return HttpResponseRedirect(reverse("citizen:security"))


@require_POST
@citizen_required()
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    require_built_in()
    if not has_fresh_proof(request):
        return _not_fresh(request)
    codes = secondfactor.renew_recovery_codes(account_id=own_id(request), sender=sender_of(request))
    return _show_codes(request, codes)


@require_POST
@citizen_required()
def new_passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Answer with what a browser needs to make a passkey."""
    require_built_in()
    account_id = own_id(request)
    email = get_own_account(account_id).email
    challenge = passkeys.begin_adding(account_id=account_id, email=email, place=place_of(request))
    request.session[_CHALLENGE] = challenge.challenge
    return HttpResponse(challenge.options, content_type="application/json")


@require_POST
@citizen_required()
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    require_built_in()
    if not has_fresh_proof(request):
        return _not_fresh(request)
    form = PasskeyForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            passkeys.finish_adding(
                account_id=own_id(request),
                answer=form.cleaned_data["answer"],
                challenge=request.session.pop(_CHALLENGE, ""),
                name=form.cleaned_data["name"],
                place=place_of(request),
                sender=sender_of(request),
            )
        except DomainError as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            flash(request, _("Ihr Passkey ist eingerichtet. Mit ihm melden Sie sich ohne Passwort an."))
            return HttpResponseRedirect(reverse("citizen:security"))
    return _page(request, form, status=status)


@require_POST
@citizen_required()
def remove_passkey(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Sign in without this passkey from now on."""
    require_built_in()
    if not has_fresh_proof(request):
        return _not_fresh(request)
    passkeys.remove_passkey(account_id=own_id(request), passkey_id=passkey_id, sender=sender_of(request))
    flash(request, _("Der Passkey ist entfernt. Löschen Sie ihn auch auf Ihrem Gerät."))
    return HttpResponseRedirect(reverse("citizen:security"))


def _page(request: HttpRequest, form: PasskeyForm, *, status: HTTPStatus) -> HttpResponse:
    account_id = own_id(request)
    context = {
        "factors": secondfactor.get_factors(account_id),
        "passkeys": passkeys.list_passkeys(account_id),
        "passkey_form": form,
        "is_fresh": has_fresh_proof(request),
        "path": reverse("citizen:security"),
        "has_password": get_own_account(account_id).has_password,
    }
    return render(request, "citizen/security.html", context, status=status)


def _not_fresh(request: HttpRequest) -> HttpResponse:
    """Ask for the password or device once more: a session that was left open must not add or remove a way in."""
    return _page(request, PasskeyForm(), status=HTTPStatus.FORBIDDEN)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show the codes in the answer itself: they are kept nowhere to be shown again."""
    return render(request, "citizen/codes.html", {"codes": codes})


def _label(account_id: UUID) -> str:
    return get_own_account(account_id).email
