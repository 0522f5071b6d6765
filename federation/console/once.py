"""A link that is shown once: kept for a few minutes between the form and the page that follows it."""

from __future__ import annotations

from typing import Final

from django.core.cache import caches

from tenants.actors import Actor

_SECONDS: Final = 600


def keep_link(actor: Actor, slug: str, link: str) -> None:
    """Keep a link for the one page on which this person will see it. It is theirs alone."""
    caches["default"].set(_key(actor, slug), link, _SECONDS)


def take_link(actor: Actor, slug: str) -> str:
    """Return the link and forget it, or "" when there is none (any more)."""
    cache = caches["default"]
    key = _key(actor, slug)
    link = cache.get(key, "")
    # Of two looks at the same moment only one gets to delete it, and only that one shows it.
    return str(link) if link and cache.delete(key) else ""


def _key(actor: Actor, slug: str) -> str:
    return f"console:link:{actor.id}:{slug}"
