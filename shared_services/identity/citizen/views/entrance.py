"""The built-in sign-in at the umbrella: password or passkey, second factor, and handing over to a town."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.accounts import secondfactor
from shared_services.identity import sessions
from shared_services.identity.citizen import local
from shared_services.identity.citizen.forms import CitizenSignInForm, CodeForm, PasskeyForm
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.handover import TOWN, get_town, issue_code, return_url
from shared_services.identity.citizen.played import list_ways_up
from shared_services.identity.citizen.provider import CALLED_OFF
from shared_services.identity.citizen.services import current_proof
from shared_services.identity.citizen.umbrellas import (
    HAND_OVER_PATH,
    NOBODY,
    REGION,
    find_anchor,
    get_asking,
    over_anchor,
)
from shared_services.identity.citizen.views.flow import default_target, refused_page
from shared_services.identity.decorators import never_stored
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.requests import actor_of, language_prefix
from tenants.errors import DomainError
from tenants.links import public_url
from tenants.registry.sites import RegionInfo
from tenants.trust import TrustLevel


def require_built_in() -> None:
    """Where Keycloak signs people in, these pages do not exist. Raises: Http404."""
    if uses_keycloak():
        raise Http404


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_form(request: HttpRequest) -> HttpResponse:
    """Sign in with address and password; a passkey's button stands beside it."""
    require_built_in()
    wanted = request.POST.get(PARAMETER) or request.GET.get(PARAMETER, "")
    target = safe_path(wanted, default=default_target(request))
    if actor_of(request).kind == "citizen":
        return never_stored(HttpResponseRedirect(target))
    form = CitizenSignInForm(request.POST if request.method == "POST" else None, initial={PARAMETER: target})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            data = form.cleaned_data
            try:
                is_in = local.sign_in_with_password(request, email=data["email"], password=data["password"])
            except DomainError as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
            else:
                return never_stored(HttpResponseRedirect(over_anchor(request, target) if is_in else _code_path(target)))
    return _sign_in_page(request, form, PasskeyForm(initial={PARAMETER: target}), status=status)


@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Answer with what a browser needs to ask for a passkey."""
    require_built_in()
    challenge = local.begin_passkey(request)
    return never_stored(HttpResponse(challenge.options, content_type="application/json"))


@require_POST
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with what a passkey has answered."""
    require_built_in()
    target = safe_path(request.POST.get(PARAMETER, ""), default=default_target(request))
    form = PasskeyForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            local.sign_in_with_passkey(request, answer=form.cleaned_data["answer"])
        except DomainError as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            return never_stored(HttpResponseRedirect(over_anchor(request, target)))
    return _sign_in_page(request, CitizenSignInForm(initial={PARAMETER: target}), form, status=status)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whoever has shown the first one."""
    require_built_in()
    target = safe_path(request.GET.get(PARAMETER, ""), default=default_target(request))
    account_id = local.get_waiting_account(request)
    if account_id is None:
        return never_stored(HttpResponseRedirect(f"{reverse('citizen:sign_in_form')}?{urlencode({PARAMETER: target})}"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                local.sign_in_with_code(request, code=form.cleaned_data["code"])
            except DomainError as refused:
                form.add_error("code", refused.user_message)
                status = refused.http_status
            else:
                return never_stored(HttpResponseRedirect(over_anchor(request, target)))
    context = {"form": form, "target": target, "factors": secondfactor.get_factors(account_id)}
    page = render(request, "citizen/second_factor.html", context, status=status)
    return never_stored(allow_way_back(request, page, target))


@require_safe
def hand_over(request: HttpRequest) -> HttpResponse:
    """Tell a portal who is signed in here, by a code that only the browser that asked can use; or that nobody will be.

    A town waits until somebody is; another umbrella hears at once that nobody is, and asks by itself. One that does not
    ask is gone back to: it has been told of before.
    """
    require_built_in()
    is_called_off = request.GET.get("error") == CALLED_OFF["error"]
    try:
        if REGION in request.GET:
            return _hand_over_to_umbrella(request, get_asking(request, request.GET[REGION]))
        if is_called_off:
            return _return(request, get_town(request, request.GET.get(TOWN, "")).host, CALLED_OFF)
        return _hand_over_to_town(request)
    except DomainError as refused:
        return refused_page(request, refused, target=default_target(request))


def _hand_over_to_umbrella(request: HttpRequest, region: RegionInfo) -> HttpResponse:
    if "state" not in request.GET:
        back = safe_path(request.GET.get(PARAMETER, ""), default=default_target(request))
        return never_stored(HttpResponseRedirect(public_url(region.host, back)))
    answer = _code(request, f"umbrella:{region.slug}") if actor_of(request).kind == "citizen" else NOBODY
    return _return(request, region.host, answer)


@citizen_required()
def _hand_over_to_town(request: HttpRequest) -> HttpResponse:
    town = get_town(request, request.GET.get(TOWN, ""))
    return _return(request, town.host, _code(request, str(town.id)))


def _code(request: HttpRequest, receiver: str) -> Mapping[str, str]:
    actor, proof = actor_of(request), current_proof(request)
    if proof is None or actor.id is None:
        raise Http404
    challenge, now = request.GET.get("challenge", "")[:100], sessions.now_seconds()
    return {"code": issue_code(account_id=actor.id, proof=proof, now=now, receiver=receiver, challenge=challenge)}


def _return(request: HttpRequest, host: str, answer: Mapping[str, str]) -> HttpResponse:
    """Go back to the portal that asked."""
    state, prefix = request.GET.get("state", "")[:100], language_prefix(request)
    return never_stored(HttpResponseRedirect(return_url(host, answer, state=state, prefix=prefix)))


def _sign_in_page(
    request: HttpRequest, form: CitizenSignInForm, passkey_form: PasskeyForm, *, status: HTTPStatus
) -> HttpResponse:
    context = {"form": form, "passkey_form": passkey_form, "ways": list_ways_up(TrustLevel.BASIS)}
    page = render(request, "citizen/sign_in_form.html", context, status=status)
    target = safe_path(str(form["weiter"].value() or ""), default="")
    return never_stored(allow_way_back(request, page, target))


def allow_way_back(request: HttpRequest, page: HttpResponse, target: str) -> HttpResponse:
    """Let the page's form lead to the town that asked, and to the umbrella that hears of sign-ins on the way there.

    Browsers hold a form's redirects to the policy, too.
    """
    slug, hosts = QueryDict(urlsplit(target).query).get(TOWN, ""), []
    if HAND_OVER_PATH in target and slug:
        with suppress(DomainError):
            hosts.append(get_town(request, slug).host)
    anchor = find_anchor(request)
    if anchor is not None:
        hosts.append(anchor.host)
    if hosts:
        page._csp_update = {"form-action": [public_url(host, "") for host in hosts]}  # type: ignore[attr-defined]  # noqa: SLF001 -- as django-csp's decorator does
    return page


def _code_path(target: str) -> str:
    return f"{reverse('citizen:second_factor')}?{urlencode({PARAMETER: target})}"
