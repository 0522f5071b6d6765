"""Stay with a version of a service, or follow the newest again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.pinning import pin_service, unpin_service
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.views import back_to_service


@require_POST
@editors_only
def pin(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold the newest version, or let go of the one that is held."""
    found = get_shared_town_service(slug)
    sent = request.POST.get("version", "")
    expected = int(sent) if sent.isdecimal() and len(sent) < 10 else None
    if request.POST.get("aktion") == "freigeben":
        unpin_service(actor=actor_of(request), service_id=found.id, expected_version=expected)
        return back_to_service(slug, saved="freigegeben")
    pin_service(actor=actor_of(request), service_id=found.id, expected_version=expected)
    return back_to_service(slug, saved="festgehalten")
