"""Host to site to database identity: the first thing known of a request, found without a query."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port

from federation import errors
from shared_services.identity.requests import is_editing
from tenants.context import as_editor, as_operator, as_umbrella, in_tenant
from tenants.links import public_url
from tenants.registry.listener import ensure_listening
from tenants.registry.sites import Site, directory
from tenants.rollout.running import ensure_reporting
from tenants.rollout.serving import can_serve

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


def site_context(site: Site) -> AbstractContextManager[object]:
    """Return the context of the database for a site: its tenant, the umbrella or the console."""
    if site.tenant is not None:
        return in_tenant(site.tenant.ref)
    return as_umbrella() if site.kind == "umbrella" else as_operator()


class HostMiddleware:
    """Finds the site, redirects aliases to the primary host, and runs everything after it as the site's identity.

    An unknown host is a 404 that offers the umbrellas; a suspended or unfinished town is a 503 that says whom to call,
    except for its staff's own pages while it is being set up. So is a town whose schema is older than this code needs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for this host."""
        if settings.VERBUND_LISTEN:
            ensure_listening()
            ensure_reporting("web")
        try:
            host, _port = split_domain_port(request.get_host())
        except DisallowedHost:
            return _nobodys(request)
        site = directory.resolve(host.lower().rstrip("."))
        if site is None:
            return _nobodys(request)
        if site.redirect_to:
            return HttpResponsePermanentRedirect(public_url(site.redirect_to, request.get_full_path()))
        request.site = site  # type: ignore[assignment]  # the stubs mean another framework's site
        request.urlconf = f"federation.urls.{site.kind}"
        closed = _closed(request, site)
        if closed is not None:
            return closed
        with as_editor() if is_editing(request) else site_context(site):
            return self._get_response(request)


def _nobodys(request: HttpRequest) -> HttpResponse:
    """Answer for a host that is nobody's. The line does not name it: anybody may write anything there."""
    log.warning("host.unknown")
    return errors.unknown_host(request)


def _closed(request: HttpRequest, site: Site) -> HttpResponse | None:
    tenant = site.tenant
    if tenant is None or request.path.startswith(settings.STATIC_URL):
        return None
    is_prepared = tenant.life == "setup" and request.path.removeprefix("/en").startswith("/verwaltung/")
    if not tenant.is_open and not is_prepared:
        return errors.closed_portal(request, site)
    return None if can_serve(tenant.schema_version) else errors.outdated_portal(request, site)
