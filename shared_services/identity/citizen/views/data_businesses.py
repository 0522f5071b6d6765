"""The companies for which the person acts: add, change, remove."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.accounts.businesses import (
    FIELDS,
    Business,
    add_business,
    change_business,
    get_business,
    remove_business,
)
from shared_services.accounts.models import BusinessProof
from shared_services.identity.citizen.data_forms import BusinessForm
from shared_services.identity.citizen.data_presentation import present_businesses
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.citizen.views.data import edit_page, form_page
from shared_services.identity.flashes import flash

_ANCHOR: Final = "unternehmen"


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_business_new(request: HttpRequest) -> HttpResponse:
    """Add a company that nobody has vouched for yet."""
    account_id = own_id(request)
    form = BusinessForm(request.POST if request.method == "POST" else None)
    title = _("Unternehmen hinzufügen")
    return form_page(
        request,
        form,
        save=lambda: add_business(account_id=account_id, values=form.values()),
        anchor=_ANCHOR,
        show=lambda status: edit_page(request, form, status=status, title=title, anchor=_ANCHOR),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_business(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Change what the person says of a company, or remove it."""
    account_id = own_id(request)
    business = get_business(account_id, business_id=business_id)
    initial = {name: getattr(business, name) for name in FIELDS} | {"version": business.version}
    form = BusinessForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        has_fixed_name=business.proof == BusinessProof.PROVIDER,
    )
    return form_page(
        request,
        form,
        save=lambda: change_business(
            account_id=account_id, business_id=business_id, version=form.seen_version(), values=form.values()
        ),
        anchor=_ANCHOR,
        renew=lambda: get_business(account_id, business_id=business_id).version,
        show=lambda status: _page(request, form, get_business(account_id, business_id=business_id), status=status),
    )


@require_POST
@citizen_required()
def data_business_remove(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Forget a company."""
    remove_business(account_id=own_id(request), business_id=business_id)
    flash(request, _("Das Unternehmen ist entfernt."))
    return HttpResponseRedirect(f"{reverse('citizen:data')}#{_ANCHOR}")


def _page(request: HttpRequest, form: BusinessForm, business: Business, *, status: HTTPStatus) -> HttpResponse:
    (shown,) = present_businesses([business])
    return edit_page(
        request,
        form,
        status=status,
        title=_("Unternehmen ändern"),
        anchor=_ANCHOR,
        remove_url=reverse("citizen:data_business_remove", kwargs={"business_id": business.id}),
        remove_label=_("Unternehmen entfernen"),
        vouched=shown if business.proof == BusinessProof.PROVIDER else None,
        now_business=shown if status == HTTPStatus.CONFLICT else None,
    )
