"""Open an account, and find back into it: by links that go to the e-mail address.

Where Keycloak keeps the accounts, the link is its own; the forms and what they answer are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from shared_services.accounts import registration, wishes
from shared_services.accounts.wishes import WishKind
from shared_services.identity.citizen import local
from shared_services.identity.citizen.forms import AddressForm, CitizenPasswordForm
from shared_services.identity.citizen.handover import PROVIDER, TOWN, get_town
from shared_services.identity.citizen.provider import Proven
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.services import begin_session
from shared_services.identity.citizen.umbrellas import over_anchor
from shared_services.identity.citizen.views.entrance import allow_way_back, require_built_in
from shared_services.identity.citizen.views.flow import refused_page
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.keycloak.tasks import grant_wishes
from shared_services.identity.linklimits import link_limited
from tenants.accountmails import mail_language
from tenants.addresses import address_key
from tenants.errors import DomainError, InvalidInput, NotFound
from tenants.limits import check_limit
from tenants.trust import TrustLevel

_MAILS_PER_ADDRESS = 5
_MAILS_PER_CALLER = 20
_WINDOW_SECONDS = 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a link to it. The answer does not tell whether there is an account."""
    return _mail_page(request, template="citizen/register.html", begin=_begin_registration)


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a link that sets a new password. The answer does not tell whether one exists."""
    return _mail_page(request, template="citizen/forgotten.html", begin=_begin_reset)


@link_limited
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password for a new account, and be signed in."""
    require_built_in()
    try:
        email = registration.get_registration_email(token)
    except DomainError as missing:
        return refused_page(request, missing, target=reverse("citizen:register"))
    form = CitizenPasswordForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                account = registration.finish_registration(token=token, password=form.cleaned_data["password"])
                begin_session(request, Proven(account_id=account.id, level=TrustLevel.BASIS, provider=PROVIDER))
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                return refused_page(request, refused, target=reverse("citizen:sign_in"))
            else:
                flash(request, _("Willkommen! Ihr Konto ist eröffnet. Es gilt in allen Kommunen."))
                return never_stored(HttpResponseRedirect(over_anchor(request, reverse("citizen:overview"))))
    context = {"form": form, "email": email}
    page = render(request, "citizen/confirm.html", context, status=status)
    return never_stored(allow_way_back(request, page, ""))


@link_limited
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by a link; then sign in with it, second factor included."""
    require_built_in()
    try:
        registration.require_reset_link(token)
    except DomainError as missing:
        return refused_page(request, missing, target=reverse("citizen:forgotten"))
    form = CitizenPasswordForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            password = form.cleaned_data["password"]
            try:
                local.open_again(registration.finish_reset(token=token, password=password, sender=sender_of(request)))
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                return refused_page(request, refused, target=reverse("citizen:forgotten"))
            else:
                flash(request, _("Ihr neues Passwort gilt. Auf allen Geräten sind Sie abgemeldet. Melden Sie sich an."))
                return never_stored(HttpResponseRedirect(reverse("citizen:sign_in_form")))
    return never_stored(render(request, "citizen/reset.html", {"form": form}, status=status))


def _mail_page(request: HttpRequest, *, template: str, begin: Callable[[HttpRequest, str], None]) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None)
    status, is_sent = HTTPStatus.OK, False
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                begin(request, form.cleaned_data["email"])
            except InvalidInput as refused:
                form.add_refusal(refused)
            except DomainError as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
            else:
                status, is_sent = HTTPStatus.OK, True
    context = {"form": form, "is_sent": is_sent, "email": form.data.get("email", "").strip()}
    return never_stored(render(request, template, context, status=status))


def _begin_registration(request: HttpRequest, email: str) -> None:
    limit_mails(request, email)
    if uses_keycloak():
        _wish(request, "account", email)
        return
    registration.begin_registration(email=email, language=mail_language(), sender=sender_of(request))


def _begin_reset(request: HttpRequest, email: str) -> None:
    limit_mails(request, email)
    if uses_keycloak():
        _wish(request, "password", email)
        return
    registration.begin_reset(email=email, language=mail_language(), sender=sender_of(request))


def _wish(request: HttpRequest, kind: WishKind, email: str) -> None:
    """Note what is wanted; a task asks Keycloak, so that the time of the answer tells nothing."""
    wishes.note_wish(
        kind=kind, email=email, language=mail_language(), region=sender_of(request).region, town=_town(request)
    )
    # Without a broker the beat finds it.
    with suppress(OperationalError):
        grant_wishes.delay()


def _town(request: HttpRequest) -> str:
    """Return the town of this region whose portal the person came from, or ""."""
    with suppress(NotFound):
        return get_town(request, request.GET.get(TOWN, "")).slug
    return ""


def limit_mails(request: HttpRequest, email: str) -> None:
    """Count one mail, by who asks and to whom it goes. Raises: InvalidInput (field `email`); TooManyRequests."""
    caller, address = address_key(request), registration.checked_email(email)
    check_limit(
        "citizen.mail.caller", caller, limit=_MAILS_PER_CALLER, window_seconds=_WINDOW_SECONDS, fail_closed=True
    )
    check_limit("citizen.mail.to", address, limit=_MAILS_PER_ADDRESS, window_seconds=_WINDOW_SECONDS, fail_closed=True)
