"""Old addresses lead to new ones: a service keeps its readers when its name changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from catalog.decisions.localsource import get_local_successor, list_local_services
from catalog.services.addresses import find_by_short_code, find_renamed
from tenants.context import current_tenant_or_none
from tenants.errors import NotFound

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def follow_former_names(view: View[P]) -> View[P]:
    """Let a view with a service's `slug` in its address lead on from a name that the service had before.

    Only where nothing is found under the name: a name in use again means what it means now.
    """

    @wraps(view)
    def followed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            match = request.resolver_match
            slug = find_renamed(str(kwargs.get("slug", ""))) or get_local_successor(str(kwargs.get("slug", "")))
            if slug is None or match is None:
                raise
            return HttpResponsePermanentRedirect(_renamed(request, match, slug))

    return followed


def _renamed(request: HttpRequest, match: ResolverMatch, slug: str) -> str:
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return reverse(match.view_name, kwargs={**match.kwargs, "slug": slug}) + query


def _own_by_short_code(code: str) -> str | None:
    """Return the name of a service that only this tenant has, by its short code; None outside of a tenant."""
    if current_tenant_or_none() is None:
        return None
    own = list_local_services(())
    return next((one.slug for one in own if one.record.short_code == code.lower()), None)


def lead_from_short_code(code: str, *, route: str) -> HttpResponse:
    """Lead from a short address to the page of its service. Raises: NotFound."""
    slug = find_by_short_code(code) or _own_by_short_code(code)
    if slug is None:
        raise NotFound(_("Diese Kurzadresse gibt es nicht. Suchen Sie die Leistung nach ihrem Namen."))
    return HttpResponsePermanentRedirect(reverse(route, kwargs={"slug": slug}))
