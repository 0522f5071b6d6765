"""Who may enter these pages. Services decide on every single action once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from tenants.actors import ANONYMOUS, Actor
from tenants.staff.policies import can_edit_catalogue, can_enter_workspace, can_translate, require

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; nobody where no middleware has looked."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def editors_only(view: View[P]) -> View[P]:
    """Let staff in who may edit the catalogue; send strangers to sign in, and back afterwards.

    Raises: NotAllowed for staff without the right.
    """
    return _guarded(view, can_edit_catalogue)


def translators_too(view: View[P]) -> View[P]:
    """Let translators in besides; services decide what they may write. Raises: NotAllowed for staff without the right.

    Others are sent to sign in, as by `editors_only`.
    """
    return _guarded(view, can_translate)


def _guarded(view: View[P], policy: Callable[[Actor], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = actor_of(request)
        if not can_enter_workspace(actor):
            query = urlencode({"weiter": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse('identity:sign_in')}{'?' if query else ''}{query}")
        require(policy, actor)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded
