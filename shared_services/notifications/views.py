"""The page behind the link that ends reminders: no sign-in, one click, also by a mail program (RFC 8058)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shared_services.identity.decorators import never_stored
from shared_services.identity.requests import site_of
from shared_services.notifications.unsubscribing import read_token
from tenants.editors.services import stop_reminders as stop_editors
from tenants.errors import NotFound
from tenants.staff.services import stop_reminders as stop_staff


# The token is the right to it: a mail program posts without a cookie, so there is nothing that a form could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with a button, because programs look at links; end the reminders on POST."""
    site = site_of(request)
    stop: Callable[..., None]
    scope, stop = (site.tenant.slug, stop_staff) if site.tenant else (_region(request), stop_editors)
    try:
        account_id: UUID = read_token(token, scope=scope)
        if request.method == "POST":
            stop(account_id=account_id)
    except NotFound as missing:
        page = render(request, "notifications/no_reminders.html", {"message": missing.user_message}, status=404)
        return never_stored(page)
    return never_stored(render(request, "notifications/unsubscribe.html", {"is_done": request.method == "POST"}))


def _region(request: HttpRequest) -> str:
    region = site_of(request).region
    return region.slug if region else ""
