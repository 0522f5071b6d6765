"""Access of programs: make one, see what they are used for, take one back. For administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_services.api.forms import TokenForm
from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.apitokens import services
from tenants.apitokens.selectors import list_scopes, list_tokens
from tenants.errors import Conflict, InvalidInput
from tenants.staff.policies import can_manage_tokens, require


@require_safe
@staff_required
def tokens(request: HttpRequest) -> HttpResponse:
    """List the accesses, those that are good first."""
    found = list_tokens(actor=actor_of(request))
    context = {
        "open": [one for one in found if one.state in {"valid", "expiring"}],
        "ended": [one for one in found if one.state not in {"valid", "expiring"}],
        "scope_names": dict(list_scopes()),
    }
    return render(request, "api/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def token_new(request: HttpRequest) -> HttpResponse:
    """Make an access. The token is part of this answer only: it is stored nowhere, so there is no page to reload."""
    actor = actor_of(request)
    require(can_manage_tokens, actor)
    form = TokenForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                made = services.create_token(actor=actor, **_given(form.cleaned_data))
            except (InvalidInput, Conflict) as refused:
                form.add_refusal(refused)
            else:
                return render(request, "api/token_made.html", {"token": made.info, "text": made.text})
    return render(request, "api/token_new.html", {"form": form}, status=status)


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("purpose", "scopes", "expires_on")}


@require_POST
@staff_required
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Take an access back at once."""
    revoked = services.revoke_token(actor=actor_of(request), token_id=token_id)
    flash(request, _("Der Zugang „{purpose}“ gilt nicht mehr.").format(purpose=revoked.purpose))
    return HttpResponseRedirect(reverse("api:tokens"))
