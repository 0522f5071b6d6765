"""Who may enter the pages of a region's editors. Services decide on every single action once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from tenants.actors import ANONYMOUS, Actor
from tenants.editors.policies import can_enter_editing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; nobody where no middleware has looked."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def region_editors_only(view: View[P]) -> View[P]:
    """Let editors of this umbrella's region in; send everyone else to sign in, and back afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_enter_editing(actor_of(request)):
            query = urlencode({"weiter": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse('identity:sign_in')}{'?' if query else ''}{query}")
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded
