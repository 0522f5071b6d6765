"""Who looked at my data."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from shared_services.accounts.looks import PAGE_LENGTH, list_looking_towns, list_looks
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.rights_presentation import present_looks, town_name
from shared_services.identity.citizen.views.account import own_id

TOWN = "kommune"
BEFORE = "vor"


@require_safe
@citizen_required()
def looks(request: HttpRequest) -> HttpResponse:
    """Show who looked, when, at what and why, of all towns or of one, newest first."""
    account_id = own_id(request)
    towns = list_looking_towns(account_id)
    chosen = next((one for one in towns if str(one) == request.GET.get(TOWN, "")), None)
    found = list_looks(account_id, tenant_id=chosen, before=_id(request.GET.get(BEFORE, "")), limit=PAGE_LENGTH + 1)
    is_more, shown = len(found) > PAGE_LENGTH, found[:PAGE_LENGTH]
    kept = {TOWN: str(chosen)} if chosen else {}
    context = {
        "looks": present_looks(shown),
        "towns": [(str(one), town_name(one)) for one in towns],
        "chosen": str(chosen or ""),
        "older": f"?{urlencode({**kept, BEFORE: str(shown[-1].id)})}" if is_more else "",
        "path": reverse("citizen:looks"),
    }
    return render(request, "citizen/looks.html", context)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
