"""The people of a municipality: invite, give roles, renew a lost access, end one. For administrators."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.directory.selectors import list_units
from shared_services.identity.absences import describe_absence
from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import InviteForm, RolesForm
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.requests import actor_of
from shared_services.identity.selectors import list_role_names
from shared_services.identity.services import continue_session
from tenants.errors import Conflict, InvalidInput
from tenants.staff import selectors
from tenants.staff import services as staff


def _units() -> list[tuple[str, str]]:
    return [(str(unit.id), unit.name) for unit in list_units()]


def _team_page(request: HttpRequest, form: InviteForm, *, status: HTTPStatus) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    members = selectors.list_members(actor=actor)
    names = {one.id: one.name for one in members}
    context = {
        "form": form,
        "actor": actor,
        "members": [
            (one, ", ".join(list_role_names(one.roles)), describe_absence(one, names=names, today=today))
            for one in members
        ],
        "invitations": [
            (one, ", ".join(list_role_names(one.roles))) for one in selectors.list_open_invitations(actor=actor)
        ],
    }
    return render(request, "identity/team.html", context, status=status)


@require_safe
@staff_required
def team(request: HttpRequest) -> HttpResponse:
    """List the people of the municipality and the open invitations."""
    return _team_page(request, InviteForm(units=_units()), status=HTTPStatus.OK)


@require_POST
@staff_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a person. The link is part of this answer only: it is stored nowhere, so there is no page to reload."""
    form = InviteForm(request.POST, units=_units())
    if form.is_valid():
        try:
            created = staff.invite(
                actor=actor_of(request),
                email=form.cleaned_data["email"],
                roles=form.cleaned_data["roles"],
                offices=form.list_offices(),
            )
        except (InvalidInput, Conflict) as refused:
            form.add_refusal(refused)
        else:
            return _link_page(request, created)
    return _team_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _link_page(request: HttpRequest, created: staff.NewInvitation) -> HttpResponse:
    link = request.build_absolute_uri(reverse("identity:invitation", args=[created.token]))
    return render(request, "identity/invite.html", {"link": link, "invitation": created})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def member(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show one person and change the roles."""
    actor = actor_of(request)
    person = selectors.get_member(actor=actor, account_id=account_id)
    units = _units()
    form = RolesForm(
        request.POST if request.method == "POST" else None,
        units=units,
        initial={"roles": sorted(person.roles), "offices": [str(one) for one in person.offices]},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                changed = staff.set_roles(
                    actor=actor,
                    account_id=account_id,
                    roles=form.cleaned_data["roles"],
                    offices=form.list_offices(),
                )
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
            else:
                continue_session(request=request, account=changed)
                flash(request, _("Die Rollen von {name} sind geändert.").format(name=person.name))
                return HttpResponseRedirect(_after_roles(request))
    context = {
        "form": form,
        "person": person,
        "is_self": person.id == actor.id,
        "is_built_in": not uses_keycloak(),
    }
    return render(request, "identity/member.html", context, status=status)


def _after_roles(request: HttpRequest) -> str:
    """Return the team page, or the own account for whoever has just given up the administration."""
    return reverse("identity:team" if "administrator" in actor_of(request).roles else "identity:account")


@require_POST
@staff_required
def renew_access(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Make a link for a colleague who has lost the password; shown once like an invitation."""
    return _link_page(request, staff.renew_access(actor=actor_of(request), account_id=account_id))


@require_POST
@staff_required
def reset_factor(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take a colleague's lost second factor away; the link to a new one is shown once like an invitation."""
    return _link_page(request, staff.reset_factor(actor=actor_of(request), account_id=account_id))


@require_POST
@staff_required
def deactivate(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """End a colleague's access at once."""
    actor = actor_of(request)
    person = selectors.get_member(actor=actor, account_id=account_id)
    try:
        staff.deactivate(actor=actor, account_id=account_id)
    except Conflict as refused:
        flash(request, refused.user_message, "danger")
        return HttpResponseRedirect(reverse("identity:member", args=[account_id]))
    flash(request, _("Der Zugang von {name} ist beendet.").format(name=person.name))
    return HttpResponseRedirect(reverse("identity:team"))


@require_POST
@staff_required
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    staff.withdraw_invitation(actor=actor_of(request), invitation_id=invitation_id)
    flash(request, _("Die Einladung ist zurückgezogen. Ihr Link gilt nicht mehr."))
    return HttpResponseRedirect(reverse("identity:team"))
