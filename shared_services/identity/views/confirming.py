"""Before one changes how one signs in: the present factor once more, so that no session left open is enough."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity import passkeys, secondfactor
from shared_services.identity.decorators import own_factor_required
from shared_services.identity.forms import CodeForm, OwnPasswordForm, PasskeyForm, RecoveryCodeForm, ServiceForm
from shared_services.identity.redirects import PARAMETER, safe_path
from tenants.accounts import AccountInfo
from tenants.errors import DomainError


@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
@own_factor_required
def confirm_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or for the password of whoever has no factor, and go on to the change."""
    account = secondfactor.get_person(request)
    form = _form_for(account)(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            (field,) = form.fields
            try:
                secondfactor.confirm(request, shown=form.cleaned_data[field])
            except DomainError as refused:
                form.add_error(field, refused.user_message)
                status = refused.http_status
            else:
                return HttpResponseRedirect(_target(request))
    return _page(request, form, PasskeyForm(), status=status)


@require_POST
@own_factor_required
def confirm_passkey(request: HttpRequest) -> HttpResponse:
    """Take a passkey for it."""
    account = secondfactor.get_person(request)
    form = PasskeyForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            passkeys.confirm(request, answer=form.cleaned_data["answer"])
        except DomainError as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            return HttpResponseRedirect(_target(request))
    return _page(request, _form_for(account)(), form, status=status)


def _form_for(account: AccountInfo) -> type[ServiceForm]:
    if not account.has_factor:
        return OwnPasswordForm
    return CodeForm if account.has_app else RecoveryCodeForm


def _page(request: HttpRequest, form: ServiceForm, passkey_form: PasskeyForm, *, status: HTTPStatus) -> HttpResponse:
    context = {
        "form": form,
        "passkey_form": passkey_form,
        "account": secondfactor.get_person(request),
        "target": _target(request),
    }
    return render(request, "identity/confirm_factor.html", context, status=status)


def _target(request: HttpRequest) -> str:
    wanted = request.POST.get(PARAMETER) or request.GET.get(PARAMETER, "")
    return safe_path(wanted, default=reverse("identity:own_passkeys"))
