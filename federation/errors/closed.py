"""Answers for hosts that have no open portal: unknown, suspended, or still being set up. No query is run."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from federation.errors.messages import Link, Problem
from federation.errors.pages import respond
from tenants.links import public_url
from tenants.registry.sites import OperatorInfo, Site, TenantInfo, directory

_RETRY_SECONDS: Final = 3600
_UPDATE_RETRY_SECONDS: Final = 120


def unknown_host(request: HttpRequest) -> HttpResponse:
    """Answer for a host that is nobody's: a 404 that offers the umbrellas this process knows of."""
    return respond(request, _unknown_host_problem)


def closed_portal(request: HttpRequest, site: Site) -> HttpResponse:
    """Answer for a town whose pages are closed to citizens: a 503 that says why and whom to call."""
    return respond(request, partial(_closed_problem, _tenant(site), site))


def outdated_portal(request: HttpRequest, site: Site) -> HttpResponse:
    """Answer for a town whose database is older than this program needs: a 503 that says so."""
    return respond(request, partial(_outdated_problem, _tenant(site), site))


def _tenant(site: Site) -> TenantInfo:
    if site.tenant is None:
        message = "only a town's portal can be closed"
        raise ValueError(message)
    return site.tenant


def _unknown_host_problem() -> Problem:
    links = tuple(Link(name, href) for name, href in _umbrellas())
    text = (
        _("Wählen Sie Ihre Region, um Ihre Stadt oder Gemeinde zu finden.")
        if links
        else _("Prüfen Sie die Adresse oder fragen Sie bei Ihrer Stadt oder Gemeinde nach.")
    )
    return Problem(
        404,
        "unknown_host",
        _("Unter dieser Adresse gibt es kein Portal"),
        (_("Vielleicht haben Sie sich vertippt, oder das Portal ist umgezogen."), text),
        links,
        icon="search",
    )


def _umbrellas() -> list[tuple[str, str]]:
    try:
        regions = directory.snapshot().regions.values()
    except (DatabaseError, InterfaceError):
        return []
    return sorted((region.name, public_url(region.host)) for region in regions)


def _closed_problem(tenant: TenantInfo, site: Site) -> Problem:
    links = _ways_on(tenant, site)
    if tenant.life == "setup":
        title = _("Das Portal von %(name)s wird gerade eingerichtet") % {"name": tenant.name}
        text = _("Bitte schauen Sie später noch einmal vorbei.")
    else:
        title = _("Das Portal von %(name)s ist zurzeit geschlossen") % {"name": tenant.name}
        text = _("Wenn Sie jetzt etwas erledigen müssen, wenden Sie sich bitte an Ihre Verwaltung vor Ort.")
    whom = _("Fragen zum Portal beantwortet %(name)s.") % {"name": tenant.operator.name}
    return Problem(
        503, f"portal_{tenant.life}", title, (text, whom), links, icon="info", retry_after_seconds=_RETRY_SECONDS
    )


def _outdated_problem(tenant: TenantInfo, site: Site) -> Problem:
    return Problem(
        503,
        "portal_updating",
        _("Das Portal von %(name)s wird gerade aktualisiert") % {"name": tenant.name},
        (
            _("Seine Datenbank ist noch nicht auf dem Stand des Programms. Es ist nichts verloren gegangen."),
            _("Bitte versuchen Sie es in ein paar Minuten noch einmal."),
            _("Fragen zum Portal beantwortet %(name)s.") % {"name": tenant.operator.name},
        ),
        _ways_on(tenant, site),
        icon="info",
        retry_after_seconds=_UPDATE_RETRY_SECONDS,
    )


def _ways_on(tenant: TenantInfo, site: Site) -> tuple[Link, ...]:
    links = _contact_links(tenant.operator)
    if site.region is None:
        return links
    return (*links, Link(_("Weiter: %(name)s") % {"name": site.region.name}, public_url(site.region.host)))


def _contact_links(operator: OperatorInfo) -> tuple[Link, ...]:
    found: list[Link] = []
    if operator.phone:
        number = "".join(sign for sign in operator.phone if sign.isdigit() or sign == "+")
        found.append(Link(_("Anrufen: %(phone)s") % {"phone": operator.phone}, f"tel:{number}"))
    if operator.email:
        found.append(Link(_("E-Mail an %(email)s") % {"email": operator.email}, f"mailto:{operator.email}"))
    return tuple(found)
