"""The way in and out. Invitations lie in `invitations`."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity import services
from shared_services.identity.decorators import can_work, never_stored
from shared_services.identity.flashes import flash_signed_out
from shared_services.identity.forms import PasskeyForm, SignInForm
from shared_services.identity.redirects import PARAMETER, path_to, safe_path
from shared_services.identity.requests import actor_of, enrolling_of
from shared_services.identity.support.ends import end_visits_of_account
from tenants.errors import InvalidInput, TooManyRequests


def workspace_path() -> str:
    """Return where work begins: the dashboard of staff or editors, or the console's first page."""
    return reverse("identity:sign_in").removesuffix("anmelden/")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail and password and go on to where one wanted to be."""
    wanted = request.POST.get(PARAMETER) or request.GET.get(PARAMETER, "")
    target = safe_path(wanted, default=workspace_path())
    if enrolling_of(request):
        return never_stored(HttpResponseRedirect(path_to("identity:factor", back=target)))
    if can_work(actor_of(request)):
        return never_stored(HttpResponseRedirect(target))
    posted = request.POST if request.method == "POST" else None
    form = SignInForm(posted, initial={PARAMETER: safe_path(wanted, default="")})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try_to_sign_in(request, form)
        if status == HTTPStatus.OK:
            return never_stored(HttpResponseRedirect(_next_step(request, target)))
    return sign_in_page(request, form, PasskeyForm(), status=status)


def sign_in_page(
    request: HttpRequest, form: SignInForm, passkey_form: PasskeyForm, *, status: HTTPStatus
) -> HttpResponse:
    """Show the form, with the button for a passkey beside it."""
    context = {"form": form, "passkey_form": passkey_form, "target": form[PARAMETER].value() or ""}
    return never_stored(render(request, "identity/sign_in.html", context, status=status))


def _next_step(request: HttpRequest, target: str) -> str:
    """Return where to go after the password: on, or to show a second factor."""
    return target if can_work(actor_of(request)) else path_to("identity:second_factor", back=target)


def _try_to_sign_in(request: HttpRequest, form: SignInForm) -> HTTPStatus:
    """Check the password, or put the reason why not into the form; return the status of the answer."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        services.sign_in(request=request, email=form.cleaned_data["email"], password=form.cleaned_data["password"])
    except (InvalidInput, TooManyRequests) as refused:
        form.add_error(None, refused.user_message)
        return refused.http_status
    return HTTPStatus.OK


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and say so on the sign-in page. Whoever leaves the console leaves the towns, too."""
    actor = actor_of(request)
    services.sign_out(request=request)
    if actor.kind == "operator" and actor.id is not None:
        end_visits_of_account(actor.id)
    flash_signed_out(request)
    return never_stored(HttpResponseRedirect(reverse("identity:sign_in")))
