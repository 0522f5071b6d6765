"""The document by which a person wants to prove that they may act for a company: handed in, looked at, deleted."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.accounts.businesses import get_business
from shared_services.accounts.documents import get_document, hand_in_document, list_handed_in, take_back_document
from shared_services.identity.citizen.data_forms import DocumentForm
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.flashes import flash
from tenants.errors import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def data_business_document(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Hand in a document for a company, or see what was handed in."""
    account_id = own_id(request)
    business = get_business(account_id, business_id=business_id)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                hand_in_document(account_id=account_id, business_id=business_id, data=form.content())
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                flash(request, _("Der Nachweis ist eingereicht. Er liegt verschlüsselt bei Ihren Daten."))
                return _back()
    context = {"form": form, "business": business, "document": list_handed_in(account_id).get(business_id)}
    return render(request, "citizen/data_business_document.html", context, status=status)


@require_safe
@citizen_required()
def data_business_file(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Give the document back to its owner, to be saved: nothing in it is shown as a page of ours."""
    document = get_document(own_id(request), business_id=business_id)
    response = HttpResponse(document.data, content_type=document.kind.value)
    response["Content-Disposition"] = f'attachment; filename="nachweis.{document.suffix}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@citizen_required()
def data_business_document_remove(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Delete the document."""
    take_back_document(account_id=own_id(request), business_id=business_id)
    flash(request, _("Der Nachweis ist gelöscht."))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('citizen:data')}#unternehmen")
