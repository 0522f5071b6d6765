"""Stay with a version of a service, or follow the newest again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.pinning import pin_service, unpin_service
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.views import back_to_service, show_service
from tenants.errors import Conflict
from tenants.numbers import read_number


@require_POST
@editors_only
def pin(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold the newest version, or let go of the one that is held. A newer one than was seen is shown first."""
    found = get_shared_town_service(slug)
    expected, newest = (read_number(request.POST.get(name, "")) for name in ("version", "fassung"))
    if request.POST.get("aktion") == "freigeben":
        unpin_service(actor=actor_of(request), service_id=found.id, expected_version=expected)
        return back_to_service(slug, saved="freigegeben")
    seen = {"expected_version": expected, "expected_newest": newest}
    try:
        pin_service(actor=actor_of(request), service_id=found.id, **seen)
    except Conflict as moved:
        if moved.code != "newer_version":
            raise
        return show_service(
            request, get_shared_town_service(slug), problem=moved.user_message, status=moved.http_status
        )
    return back_to_service(slug, saved="festgehalten")
