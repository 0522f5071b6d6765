"""The editors of the shared catalogue in the operator's regions: let in, given layers, let out."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from federation.console.editor_forms import EditorForm, RightsForm
from federation.console.once import keep_link, take_link
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.accounts import AccountInfo
from tenants.editors import selectors, services
from tenants.editors.invitations import invitation_url, invite_editor
from tenants.editors.scopes import format_scope, name_scope, sort_scopes
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.operators.selectors import list_onboarding_regions
from tenants.registry.sites import RegionInfo


@require_safe
@operator_required
def editors(request: HttpRequest) -> HttpResponse:
    """List the editors, region by region."""
    actor = actor_of(request)
    accounts = selectors.list_editors(actor=actor)
    regions = [
        (region, [_shown(account, region) for account in accounts if account.region == region.slug])
        for region in list_onboarding_regions(actor=actor)
    ]
    return render(request, "console/editors.html", {"regions": regions})


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def editor_new(request: HttpRequest, region: str) -> HttpResponse:
    """Add a person to a region; the page that follows shows the link by which a password is set, this one time."""
    actor, info = actor_of(request), _own_region(request, region)
    form = EditorForm(
        request.POST if request.method == "POST" else None,
        offered=selectors.list_grantable_scopes(region=region),
        region_name=info.name,
        initial={"roles": ["editor"], "scopes": [format_scope(("region", region))]},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            data = form.cleaned_data
            try:
                account = services.create_editor(
                    actor=actor,
                    region_slug=region,
                    email=data["email"],
                    name=data["name"],
                    roles=data["roles"],
                    scopes=form.list_scopes(),
                )
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
                status = refused.http_status
            else:
                return _invited(request, account)
    return render(request, "console/editor_new.html", {"form": form, "region": info}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def editor(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show one person, and change roles and layers."""
    actor = actor_of(request)
    account = selectors.get_editor(actor=actor, account_id=account_id)
    info = _own_region(request, account.region)
    offered = selectors.list_grantable_scopes(region=account.region)
    form = RightsForm(
        request.POST if request.method == "POST" else None,
        offered=offered,
        region_name=info.name,
        initial={"roles": sorted(account.roles), "scopes": [format_scope(scope) for scope in account.scopes]},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.set_rights(
                    actor=actor, account_id=account_id, roles=form.cleaned_data["roles"], scopes=form.list_scopes()
                )
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                flash(request, _("Rollen und Ebenen von {name} sind geändert.").format(name=account.name))
                return _back(account_id)
    wider = [name_scope(scope) for scope in sort_scopes(account.scopes - set(offered))]
    link = take_link(actor, str(account_id)) if request.method == "GET" else ""
    context = {"account": account, "region": info, "form": form, "wider": wider, "invitation_link": link}
    return render(request, "console/editor.html", context, status=status)


@require_POST
@operator_required
def editor_invite(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Make a new link for a person whose password or link is lost."""
    account = selectors.get_editor(actor=actor_of(request), account_id=account_id)
    try:
        return _invited(request, account)
    except NotAllowed as refused:
        flash(request, refused.user_message, "warning")
        return _back(account_id)


@require_POST
@operator_required
def editor_reset_factor(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take a person's lost second factor away; the link to a new one is shown like an invitation's."""
    actor = actor_of(request)
    account = selectors.get_editor(actor=actor, account_id=account_id)
    services.reset_factor(actor=actor, account_id=account_id)
    flash(request, _("Der zweite Faktor von {name} ist zurückgesetzt.").format(name=account.name))
    return _invited(request, account) if account.is_active else _back(account_id)


@require_POST
@operator_required
def editor_deactivate(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """End a person's access at once."""
    actor = actor_of(request)
    account = selectors.get_editor(actor=actor, account_id=account_id)
    services.deactivate(actor=actor, account_id=account_id)
    flash(request, _("Der Zugang von {name} ist beendet.").format(name=account.name))
    return _back(account_id)


@require_POST
@operator_required
def editor_reactivate(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let a person in again."""
    actor = actor_of(request)
    account = selectors.get_editor(actor=actor, account_id=account_id)
    services.reactivate(actor=actor, account_id=account_id)
    flash(request, _("{name} kann sich wieder anmelden.").format(name=account.name))
    return _back(account_id)


def _invited(request: HttpRequest, account: AccountInfo) -> HttpResponse:
    actor = actor_of(request)
    made = invite_editor(actor=actor, account_id=account.id)
    keep_link(actor, str(account.id), invitation_url(made))
    flash(request, _("Der Einladungslink für {name} ist erstellt.").format(name=account.name))
    if made.is_mailed:
        flash(request, _("Er ist auch per E-Mail an {email} unterwegs.").format(email=made.email), "info")
    return _back(account.id)


def _back(account_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:editor", args=[account_id]))


def _own_region(request: HttpRequest, slug: str) -> RegionInfo:
    for region in list_onboarding_regions(actor=actor_of(request)):
        if region.slug == slug:
            return region
    raise NotFound(_("Die Portalregion „{slug}“ gibt es nicht.").format(slug=slug))


def _shown(account: AccountInfo, region: RegionInfo) -> tuple[AccountInfo, str, str]:
    """Return the account with its roles and layers in words."""
    roles = ", ".join(label for value, label in selectors.list_roles() if value in account.roles)
    layers = ", ".join(name_scope(scope, region_name=region.short_name) for scope in sort_scopes(account.scopes))
    return account, roles, layers
