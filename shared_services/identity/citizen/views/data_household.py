"""Who lives with the person: add, change, remove."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.accounts.household import FIELDS, Member, add_member, change_member, get_member, remove_member
from shared_services.identity.citizen.data_forms import MemberForm
from shared_services.identity.citizen.data_presentation import present_household
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.data import edit_page, form_page
from shared_services.identity.flashes import flash

_ANCHOR: Final = "haushalt"


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_member_new(request: HttpRequest) -> HttpResponse:
    """Add somebody to the household."""
    account_id = own_id(request)
    form = MemberForm(request.POST if request.method == "POST" else None)
    title = _("Person im Haushalt hinzufügen")
    return form_page(
        request,
        form,
        save=lambda: add_member(account_id=account_id, values=form.values()),
        anchor=_ANCHOR,
        show=lambda status: edit_page(request, form, status=status, title=title, anchor=_ANCHOR),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Change what is known of somebody in the household, or remove them."""
    account_id = own_id(request)
    member = get_member(account_id, member_id=member_id)
    initial = {name: getattr(member, name) for name in FIELDS} | {"version": member.version}
    form = MemberForm(request.POST if request.method == "POST" else None, initial=initial)
    return form_page(
        request,
        form,
        save=lambda: change_member(
            account_id=account_id, member_id=member_id, version=form.seen_version(), values=form.values()
        ),
        anchor=_ANCHOR,
        renew=lambda: get_member(account_id, member_id=member_id).version,
        show=lambda status: _page(request, form, get_member(account_id, member_id=member_id), status=status),
    )


@require_POST
@citizen_required()
def data_member_remove(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Forget somebody of the household."""
    remove_member(account_id=own_id(request), member_id=member_id)
    flash(request, _("Die Person ist entfernt."))
    return HttpResponseRedirect(f"{reverse('citizen:data')}#{_ANCHOR}")


def _page(request: HttpRequest, form: MemberForm, member: Member, *, status: HTTPStatus) -> HttpResponse:
    return edit_page(
        request,
        form,
        status=status,
        title=_("Person im Haushalt ändern"),
        anchor=_ANCHOR,
        remove_url=reverse("citizen:data_member_remove", kwargs={"member_id": member.id}),
        remove_label=_("Person entfernen"),
        now_member=present_household([member])[0] if status == HTTPStatus.CONFLICT else None,
    )
