"""What the pages of identity know of a request: the site by its host, and who asks."""

from __future__ import annotations

from django.http import HttpRequest

from tenants.actors import Actor
from tenants.registry.sites import Site


class ActorRequest(HttpRequest):
    """A request behind `federation.hosts.HostMiddleware` and `ActorMiddleware`. Never made; a type for views."""

    site: Site
    actor: Actor
