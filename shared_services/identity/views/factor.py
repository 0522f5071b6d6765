"""The second factor of people who work here: asked for at sign-in, set up, replaced."""

from __future__ import annotations

from http import HTTPStatus

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity import secondfactor, services
from shared_services.identity.decorators import can_work, never_stored, own_factor_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import CodeForm, RecoveryCodeForm
from shared_services.identity.redirects import PARAMETER, path_to, safe_path
from shared_services.identity.requests import actor_of, enrolling_of
from shared_services.identity.views.access import workspace_path
from tenants.errors import DomainError, InvalidInput

REMOVE, RENEW = "entfernen", "codes"


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code after the password, and go on to where one wanted to be."""
    target = _target(request)
    if can_work(actor_of(request)):
        return never_stored(HttpResponseRedirect(target))
    if enrolling_of(request):
        return never_stored(HttpResponseRedirect(path_to("identity:factor", back=target)))
    if not secondfactor.is_waiting(request):
        return never_stored(HttpResponseRedirect(path_to("identity:sign_in", back=target)))
    account = secondfactor.find_waiting(request)
    has_app = account is None or account.has_app
    form = (CodeForm if has_app else RecoveryCodeForm)(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.sign_in_with_code(request=request, code=form.cleaned_data["code"])
            except DomainError as refused:
                form.add_error("code", refused.user_message)
                status = refused.http_status
            else:
                return never_stored(HttpResponseRedirect(target))
    has_passkey = account is not None and account.has_passkey
    context = {"form": form, "target": target, "has_app": has_app, "has_passkey": has_passkey}
    return never_stored(render(request, "identity/second_factor.html", context, status=status))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@own_factor_required
def factor(request: HttpRequest) -> HttpResponse:
    """Set up an app for one-time passwords; where there is one, show what can be done with it."""
    person = secondfactor.get_person(request)
    if person.has_app:
        return _manage_page(request, status=HTTPStatus.OK)
    if person.has_passkey and not secondfactor.is_confirmed(request):
        return HttpResponseRedirect(path_to("identity:confirm_factor", back=request.get_full_path()))
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                codes = secondfactor.finish_setup(request, code=form.cleaned_data["code"])
            except DomainError as refused:
                form.add_error("code", refused.user_message)
                status = refused.http_status
            else:
                return codes_page(request, codes, target=_target(request))
    return _setup_page(request, form, status=status)


@sensitive_post_parameters()
@require_POST
@own_factor_required
def remove_factor(request: HttpRequest) -> HttpResponse:
    """Remove the own app, to set up another one."""
    form = CodeForm(request.POST, prefix=REMOVE)
    if form.is_valid():
        try:
            account = secondfactor.remove(request, code=form.cleaned_data["code"])
        except DomainError as refused:
            form.add_error("code", refused.user_message)
            return _manage_page(request, remove_form=form, status=refused.http_status)
        if account.has_factor:
            flash(request, _("Die App ist entfernt. Sie melden sich mit Ihrem Passkey an."))
            return HttpResponseRedirect(reverse("identity:account"))
        flash(request, _("Die App ist entfernt. Richten Sie jetzt eine neue ein."))
        return HttpResponseRedirect(reverse("identity:factor"))
    return _manage_page(request, remove_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sensitive_post_parameters()
@require_POST
@own_factor_required
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them this once. Whoever has no app has shown a passkey before."""
    person = secondfactor.get_person(request)
    if person.has_passkey and not person.has_app:
        if not secondfactor.is_confirmed(request):
            return HttpResponseRedirect(path_to("identity:confirm_factor", back=reverse("identity:own_passkeys")))
        return codes_page(request, secondfactor.renew_codes(request), target=reverse("identity:own_passkeys"))
    form = CodeForm(request.POST, prefix=RENEW)
    if form.is_valid():
        try:
            codes = secondfactor.renew_codes(request, code=form.cleaned_data["code"])
        except DomainError as refused:
            form.add_error("code", refused.user_message)
            return _manage_page(request, renew_form=form, status=refused.http_status)
        return codes_page(request, codes, target=_target(request))
    return _manage_page(request, renew_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _setup_page(request: HttpRequest, form: CodeForm, *, status: HTTPStatus) -> HttpResponse:
    try:
        setup = secondfactor.begin_setup(request)
    except InvalidInput:
        # Set up meanwhile, in another window.
        return HttpResponseRedirect(reverse("identity:factor"))
    context = {
        "form": form,
        "target": _target(request),
        "is_owed": enrolling_of(request) is not None,
        "picture": segno.make(setup.address, micro=False).svg_data_uri(scale=5, border=2),
        "secret": " ".join(setup.secret[i : i + 4] for i in range(0, len(setup.secret), 4)),
    }
    return render(request, "identity/factor_setup.html", context, status=status)


def _manage_page(
    request: HttpRequest, *, status: HTTPStatus, remove_form: CodeForm | None = None, renew_form: CodeForm | None = None
) -> HttpResponse:
    context = {
        "is_required": secondfactor.is_required(),
        "remove_form": remove_form or CodeForm(prefix=REMOVE),
        "renew_form": renew_form or CodeForm(prefix=RENEW),
    }
    return render(request, "identity/factor.html", context, status=status)


def codes_page(request: HttpRequest, codes: list[str], *, target: str) -> HttpResponse:
    """Show the codes in the answer itself: they are kept nowhere to be shown again."""
    return render(request, "identity/recovery_codes.html", {"codes": codes, "target": target})


def _target(request: HttpRequest) -> str:
    return safe_path(request.GET.get(PARAMETER, ""), default=workspace_path())
