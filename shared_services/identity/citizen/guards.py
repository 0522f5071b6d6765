"""Guards of citizens' pages: signed in, and surely enough for what the page is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shared_services.identity.citizen.views.flow import level_page
from shared_services.identity.decorators import never_stored
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.requests import actor_of
from tenants.trust import TrustLevel

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def citizen_required(level: TrustLevel = TrustLevel.BASIS) -> Callable[[View[P]], View[P]]:
    """Let in whoever is signed in as a citizen at this trust level; others sign in or step up, and come back here."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = actor_of(request)
            if actor.kind != "citizen":
                return never_stored(_to_sign_in(request))
            if actor.trust_level < level:
                return level_page(request, wanted=level, target=_here(request))
            return never_stored(view(request, *args, **kwargs))

        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    wanted = safe_path(_here(request), default="")
    path = reverse("citizen:sign_in")
    address = f"{path}?{urlencode({PARAMETER: wanted})}" if wanted else path
    return HttpResponseClientRedirect(address) if _htmx(request) else HttpResponseRedirect(address)


def _here(request: HttpRequest) -> str:
    """Return the page the person is on: of a form that was sent, and of a part of a page, the one that shows it."""
    htmx = _htmx(request)
    if htmx:
        return htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else ""


def _htmx(request: HttpRequest) -> HtmxDetails | None:
    found: HtmxDetails | None = getattr(request, "htmx", None)
    return found or None
