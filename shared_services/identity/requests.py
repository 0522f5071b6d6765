"""What a request knows by the time a view runs: its site, by the host, and who asks."""

from __future__ import annotations

from typing import Final, Protocol, cast

from django.http import HttpRequest

from tenants.actors import Actor
from tenants.registry.sites import Site

# Where the editors of the shared catalogue work, on the umbrella of their region.
EDITING_PATH: Final = "/redaktion/"
# Where citizens have their account, on the umbrella; on a town's portal all pages know them.
OWN_AREA_PATH: Final = "/konto/"


class _Known(Protocol):
    """What `federation.hosts.HostMiddleware` and `ActorMiddleware` add to Django's request."""

    site: Site
    actor: Actor


def site_of(request: HttpRequest) -> Site:
    """Return the site of the request's host."""
    return cast("_Known", request).site


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast("_Known", request).actor


def is_editing(request: HttpRequest) -> bool:
    """Whether the request goes to the work area of a region's editors.

    Only there does an umbrella read sessions and have the editors' rights: its public pages are everybody's.
    """
    return site_of(request).kind == "umbrella" and request.path.removeprefix("/en").startswith(EDITING_PATH)


def is_own_area(request: HttpRequest) -> bool:
    """Whether the request goes to a citizen's own area on an umbrella: its other pages are everybody's."""
    return site_of(request).kind == "umbrella" and request.path.removeprefix("/en").startswith(OWN_AREA_PATH)


def language_prefix(request: HttpRequest) -> str:
    """Return what addresses of other portals begin with in the language of this page: German stands at the root."""
    return "/en" if request.path.startswith("/en/") else ""


def set_actor(request: HttpRequest, actor: Actor) -> Actor:
    """Say who asks from now on, and return it."""
    cast("_Known", request).actor = actor
    return actor
