"""The first way in by a link: for a town's staff, a region's editors and the IT providers' people the same page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shared_services.identity import services
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.forms import InvitationForm, NewPasswordForm, ServiceForm
from shared_services.identity.requests import actor_of, site_of
from tenants.accounts import AccountInfo
from tenants.editors import invitations as editors
from tenants.editors import selectors as editor_selectors
from tenants.errors import DomainError, InvalidInput
from tenants.operators import invitations as operators
from tenants.staff import selectors as staff_selectors
from tenants.staff import services as staff


class _Open(Protocol):
    """What the page needs of an open invitation."""

    @property
    def email(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    heading: str
    lead: str


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Turn an invitation into an account on a town's staff."""
    try:
        found = staff_selectors.get_open_invitation(token)
    except DomainError as missing:
        return no_invitation(request, missing)
    form = InvitationForm(request.POST if request.method == "POST" else None, invited_email=found.email)
    tenant = site_of(request).tenant
    texts = _Texts(
        heading=_("Willkommen im Team"),
        lead=_("Richten Sie Ihren Zugang zum Portal „%(name)s“ ein.") % {"name": tenant.name if tenant else ""},
    )

    def accept() -> AccountInfo:
        given = form.cleaned_data
        return staff.accept_invitation(
            token=token, name=given["name"], password=given["password"], email=given.get("email", "")
        )

    return _page(request, found, form=form, accept=accept, texts=texts)


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def editor_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password of an editor's account."""
    region = site_of(request).region
    slug, name = (region.slug, region.name) if region else ("", "")
    try:
        found = editor_selectors.get_open_invitation(token, region=slug)
    except DomainError as missing:
        return no_invitation(request, missing)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    texts = _Texts(
        heading=_("Willkommen in der Redaktion"),
        lead=_("Guten Tag, %(name)s. Wählen Sie Ihr Passwort für die Redaktion von „%(region)s“.")
        % {"name": found.name, "region": name},
    )

    def accept() -> AccountInfo:
        return editors.accept_invitation(token=token, password=form.cleaned_data["password"], region=slug)

    return _page(request, found, form=form, accept=accept, texts=texts)


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password of an account of the console."""
    try:
        found = operators.get_open_invitation(token)
    except DomainError as missing:
        return no_invitation(request, missing)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    texts = _Texts(
        heading=_("Willkommen in der Konsole"),
        lead=_("Guten Tag, %(name)s. Wählen Sie Ihr Passwort für die Konsole der IT-Dienstleister.")
        % {"name": found.name},
    )

    def accept() -> AccountInfo:
        return operators.accept_invitation(token=token, password=form.cleaned_data["password"])

    return _page(request, found, form=form, accept=accept, texts=texts)


def no_invitation(request: HttpRequest, missing: DomainError) -> HttpResponse:
    """Say that a link opens nothing, and what to do instead."""
    said = {"message": missing.user_message}
    return never_stored(render(request, "identity/no_invitation.html", said, status=missing.http_status))


def _page(
    request: HttpRequest, found: _Open, *, form: ServiceForm, accept: Callable[[], AccountInfo], texts: _Texts
) -> HttpResponse:
    """Show an invitation, or accept it."""
    actor, status = actor_of(request), HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if actor.is_anonymous and form.is_valid():
            try:
                account = accept()
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                return never_stored(_accepted(request, account))
    context = {"form": form, "invitation": found, "actor": actor, "texts": texts}
    return never_stored(render(request, "identity/invitation.html", context, status=status))


def _accepted(request: HttpRequest, account: AccountInfo) -> HttpResponse:
    """Lead to setting up the second factor, for which the link is the right; else to the first sign-in."""
    if services.begin_enrolment(request=request, account=account):
        return HttpResponseRedirect(reverse("identity:factor"))
    flash(request, _("Ihr Zugang ist eingerichtet. Melden Sie sich jetzt an."))
    return HttpResponseRedirect(reverse("identity:sign_in"))
