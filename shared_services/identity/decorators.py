"""Guards of views. They run before anything of the view does; policies in services still decide on each action."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_cache_control

from shared_services.identity.redirects import to_sign_in
from shared_services.identity.requests import actor_of, enrolling_of
from tenants.actors import Actor
from tenants.editors.policies import can_enter_editing
from tenants.operators.policies import can_enter_console
from tenants.staff.policies import can_enter_workspace

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _guarded(view: View[P], may_enter: Callable[[Actor], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs) if may_enter(actor_of(request)) else to_sign_in(request)
        return never_stored(response)

    return guarded


def staff_required(view: View[P]) -> View[P]:
    """Let only staff of the town of this host in; anyone else is sent to sign in and comes back afterwards."""
    return _guarded(view, can_enter_workspace)


def operator_required(view: View[P]) -> View[P]:
    """Let only people of an IT provider in, on the console; anyone else signs in first and comes back afterwards."""
    return _guarded(view, can_enter_console)


def editor_required(view: View[P]) -> View[P]:
    """Let only editors of this umbrella's region in; anyone else signs in first and comes back afterwards."""
    return _guarded(view, can_enter_editing)


def signed_in_required(view: View[P]) -> View[P]:
    """Let in whoever has an account of this host, staff, operator or editor."""
    return _guarded(view, can_work)


def own_factor_required(view: View[P]) -> View[P]:
    """Let in whoever has an account of this host, and those who have to set up their second factor first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        may_enter = enrolling_of(request) is not None or can_work(actor_of(request))
        return never_stored(view(request, *args, **kwargs) if may_enter else to_sign_in(request))

    return guarded


def can_work(actor: Actor) -> bool:
    """Whether somebody has an account for work here: staff, operator or editor; a citizen has none."""
    return can_enter_workspace(actor) or can_enter_console(actor) or can_enter_editing(actor)


def never_stored(response: HttpResponse) -> HttpResponse:
    """Mark an answer as one person's: no cache keeps it, the browser's neither."""
    add_never_cache_headers(response)
    patch_cache_control(response, no_store=True, private=True)
    return response
