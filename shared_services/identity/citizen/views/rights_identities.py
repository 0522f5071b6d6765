"""With whom one signs in: linked identity providers, and the change from one that ends to its successor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.accounts import passkeys, providerchange
from shared_services.accounts.book import get_own_account
from shared_services.accounts.identities import has_state_id, list_identities
from shared_services.accounts.providerchange import Agreed
from shared_services.accounts.unlinking import unlink_identity as unlink
from shared_services.identity.citizen import services
from shared_services.identity.citizen.attempts import HINT
from shared_services.identity.citizen.endings import Ending, find_ending
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.rights_forms import ProviderChangeForm
from shared_services.identity.citizen.rights_presentation import present_identities
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.flow import lead_on, refused_page
from shared_services.identity.flashes import flash
from shared_services.identity.keycloak.known import provider_name
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.linklimits import link_limited
from shared_services.identity.redirects import PARAMETER
from tenants.errors import DomainError, NotFound
from tenants.limits import check_limit

_SALT: Final = "shared_services.identity.change"
_COOKIE_SECONDS: Final = 30 * 60


@require_safe
@citizen_required()
def identities(request: HttpRequest) -> HttpResponse:
    """Show the ways into the account."""
    account_id = own_id(request)
    account, is_built_in = get_own_account(account_id), not uses_keycloak()
    shown = present_identities(list_identities(account_id), signed_in_with=_signed_in_with(request))
    context = {
        "identities": shown,
        "has_password": is_built_in and account.has_password,
        "passkeys": passkeys.list_passkeys(account_id) if is_built_in else [],
        "has_state_id": has_state_id(account_id),
        "can_unlink": len(shown) > 1 or (is_built_in and account.has_password),
        "ending": _own_ending(request),
    }
    return render(request, "citizen/identities.html", context)


@require_POST
@citizen_required()
def unlink_identity(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    """Part with a provider."""
    account_id = own_id(request)
    try:
        source = unlink(
            account_id=account_id,
            identity_id=identity_id,
            signed_in_with=_signed_in_with(request),
            has_other_way=not uses_keycloak() and get_own_account(account_id).has_password,
        )
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:identities"))
    name = provider_name(source) if source else _("E-Mail-Adresse und Passwort")
    flash(request, _("„{name}“ ist von Ihrem Konto getrennt.").format(name=name))
    return HttpResponseRedirect(reverse("citizen:identities"))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def provider_change(request: HttpRequest) -> HttpResponse:
    """Explain the change to whoever came over a provider that ends, and begin it with their consent."""
    ending = _own_ending(request)
    if ending is None:
        return HttpResponseRedirect(reverse("citizen:identities"))
    form = ProviderChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _begin_change(request, ending)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "citizen/provider_change.html", {"ending": ending, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def provider_change_end(request: HttpRequest) -> HttpResponse:
    """Come back over the successor: it is the same account already, or two are to become one."""
    account_id = own_id(request)
    try:
        agreed = _agreed(request)
        if agreed.account_id == account_id:
            return _same_account(request, agreed)
        if request.method == "POST":
            check_limit("citizen.join", str(account_id), limit=5, window_seconds=3600)
            providerchange.ask_for_join(agreed, other=account_id, sender=sender_of(request))
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:identities"))
    context = {
        "old": provider_name(agreed.provider),
        "new": provider_name(agreed.successor),
        "is_sent": request.method == "POST",
    }
    return render(request, "citizen/provider_change_end.html", context)


@link_limited
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def join_accounts(request: HttpRequest, token: str) -> HttpResponse:
    """Join the two accounts of a link. A GET changes nothing: mail servers open links, too."""
    account_id = own_id(request)
    try:
        agreed = providerchange.get_join(token, account_id=account_id)
        if request.method == "POST":
            providerchange.finish_join(token=token, account_id=account_id)
    except DomainError as refused:
        return refused_page(request, refused, target=reverse("citizen:identities"))
    names = {"old": provider_name(agreed.provider), "new": provider_name(agreed.successor)}
    if request.method != "POST":
        return render(request, "citizen/join_accounts.html", names)
    services.forget_session(request)
    flash(request, _("Ihre Konten sind jetzt eines. Melden Sie sich mit „{new}“ an.").format(**names))
    return _to_sign_in(request, reverse("citizen:identities"), hint=agreed.successor)


def begun_change(request: HttpRequest) -> str:
    """Return where somebody goes on who has signed out at Keycloak in the middle of a change, or "" for all others."""
    if _cookie_name() not in request.COOKIES:
        return ""
    try:
        return _path_to_successor(_agreed(request).successor)
    except DomainError:
        return ""


def _begin_change(request: HttpRequest, ending: Ending) -> HttpResponse:
    change = providerchange.agree(account_id=own_id(request), provider=ending.alias, successor=ending.successor)
    # Two people can't be signed in at Keycloak in one browser: the old sign-in ends before the new one begins.
    address = services.sign_out(request)
    path = _path_to_successor(ending.successor)
    # Where Keycloak asks whether to sign out, its way back goes on from there: see `begun_change`.
    response = lead_on(request, address or path)
    response.set_cookie(
        _cookie_name(),
        signing.dumps(str(change), salt=_salt(request)),
        max_age=_COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _same_account(request: HttpRequest, agreed: Agreed) -> HttpResponse:
    name = provider_name(agreed.successor)
    if providerchange.settle_linked(agreed):
        flash(request, _("„{name}“ führt jetzt in Ihr Konto. Den alten Dienst können Sie trennen.").format(name=name))
    else:
        flash(request, _("Sie haben sich noch nicht mit „{name}“ angemeldet.").format(name=name), "info")
    return HttpResponseRedirect(reverse("citizen:identities"))


def _agreed(request: HttpRequest) -> Agreed:
    """Return what this browser's person has agreed to. Raises: NotFound."""
    try:
        raw = request.COOKIES.get(_cookie_name(), "")
        return providerchange.get_agreed(UUID(signing.loads(raw, salt=_salt(request), max_age=_COOKIE_SECONDS)))
    except (signing.BadSignature, ValueError) as forged:
        raise NotFound(
            _("In diesem Browser hat niemand dem Wechsel zugestimmt. Beginnen Sie mit dem alten Ausweisdienst."),
            code="no_agreement",
        ) from forged


def _signed_in_with(request: HttpRequest) -> str:
    proof = services.current_proof(request)
    return proof.provider if proof is not None else ""


def _own_ending(request: HttpRequest) -> Ending | None:
    """Return the end of the provider of the running session, if it ends."""
    name = _signed_in_with(request)
    return find_ending(name) if name else None


def _to_sign_in(request: HttpRequest, target: str, *, hint: str) -> HttpResponse:
    return lead_on(request, _sign_in_path(target, hint=hint))


def _path_to_successor(successor: str) -> str:
    return _sign_in_path(reverse("citizen:provider_change_end"), hint=successor)


def _sign_in_path(target: str, *, hint: str) -> str:
    return f"{reverse('citizen:sign_in')}?{urlencode({HINT: hint, PARAMETER: target})}"


def _cookie_name() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-wechsel"


def _salt(request: HttpRequest) -> str:
    """Bind the signature to the host, as other cookies of people who are signed in nowhere."""
    return f"{_SALT}:{request.get_host()}"
