"""What a request knows by the time a view runs: its site, by the host, and who asks."""

from __future__ import annotations

from typing import Protocol, cast

from django.http import HttpRequest

from tenants.actors import Actor
from tenants.registry.sites import Site


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


def set_actor(request: HttpRequest, actor: Actor) -> Actor:
    """Say who asks from now on, and return it."""
    cast("_Known", request).actor = actor
    return actor
