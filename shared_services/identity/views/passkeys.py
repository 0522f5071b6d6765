"""Passkeys of people who work here: sign in with one, set up, removed."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_services.identity import passkeys as own
from shared_services.identity import secondfactor, services
from shared_services.identity.decorators import never_stored, own_factor_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import PasskeyForm, SignInForm
from shared_services.identity.passkeyplaces import place_of
from shared_services.identity.redirects import PARAMETER, path_to, safe_path
from shared_services.identity.requests import enrolling_of
from shared_services.identity.views.access import sign_in_page, workspace_path
from shared_services.identity.views.factor import codes_page
from tenants.errors import DomainError


@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Answer with what a browser needs to ask for a passkey."""
    challenge = services.begin_passkey(request=request)
    return never_stored(HttpResponse(challenge.options, content_type="application/json"))


@require_POST
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with what a passkey has answered, and go on to where one wanted to be."""
    wanted = request.POST.get(PARAMETER, "")
    target = safe_path(wanted, default=workspace_path())
    form = PasskeyForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            services.sign_in_with_passkey(request=request, answer=form.cleaned_data["answer"])
        except DomainError as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            return never_stored(HttpResponseRedirect(target))
    return sign_in_page(request, SignInForm(initial={PARAMETER: safe_path(wanted, default="")}), form, status=status)


@require_safe
@own_factor_required
def own_passkeys(request: HttpRequest) -> HttpResponse:
    """Show one's own passkeys; what changes them comes once the present factor was shown."""
    return _page(request, PasskeyForm(), status=HTTPStatus.OK)


@require_POST
@own_factor_required
def new_passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Answer with what a browser needs to make a passkey."""
    challenge = own.begin_adding(request)
    return HttpResponse(challenge.options, content_type="application/json")


@require_POST
@own_factor_required
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    if _is_unconfirmed(request):
        return _to_confirm()
    form = PasskeyForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            codes = own.finish_adding(request, answer=form.cleaned_data["answer"], name=form.cleaned_data["name"])
        except DomainError as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            target = safe_path(form.cleaned_data[PARAMETER], default=workspace_path())
            flash(request, _("Ihr Passkey ist eingerichtet. Mit ihm melden Sie sich ohne Passwort an."))
            return codes_page(request, codes, target=target) if codes else _back()
    return _page(request, form, status=status)


@require_POST
@own_factor_required
def remove_passkey(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Sign in without this passkey from now on."""
    if _is_unconfirmed(request):
        return _to_confirm()
    own.remove(request, passkey_id=passkey_id)
    flash(request, _("Der Passkey ist entfernt. Löschen Sie ihn auch auf Ihrem Gerät."))
    return _back()


def _page(request: HttpRequest, form: PasskeyForm, *, status: HTTPStatus) -> HttpResponse:
    context = {
        "account": secondfactor.get_person(request),
        "passkeys": own.list_own(request),
        "passkey_form": form,
        "host": place_of(request).host,
        "target": safe_path(request.GET.get(PARAMETER) or request.POST.get(PARAMETER, ""), default=""),
        "is_confirmed": secondfactor.is_confirmed(request),
        "is_owed": enrolling_of(request) is not None,
    }
    return render(request, "identity/own_passkeys.html", context, status=status)


def _is_unconfirmed(request: HttpRequest) -> bool:
    """Whether the present factor has to be shown first. Raises: NotAllowed for whoever has no account here."""
    secondfactor.get_person(request)
    return not secondfactor.is_confirmed(request)


def _to_confirm() -> HttpResponse:
    return HttpResponseRedirect(path_to("identity:confirm_factor", back=reverse("identity:own_passkeys")))


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("identity:own_passkeys"))
