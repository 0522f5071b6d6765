"""What a request knows by the time a view runs: its site, by the host, and who asks."""

from __future__ import annotations

from typing import Final, Protocol, cast
from uuid import UUID

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
    # Whoever came by a link and owes a second factor: nobody yet, but on the page where it is set up.
    enrolling: Actor
    # The citizen whose session has run out with this request: nobody any more, but what was typed is theirs.
    lapsed: UUID
    # What is said to whoever has signed out here while the provider of the sign-in did not answer; else "".
    sign_out_waits: str
    # The IT provider's visit that goes on in this town now, as the account's own query has found it.
    visit: UUID | None


def site_of(request: HttpRequest) -> Site:
    """Return the site of the request's host."""
    return cast("_Known", request).site


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast("_Known", request).actor


def enrolling_of(request: HttpRequest) -> Actor | None:
    """Return who came by a link and has to set up a second factor before anything else, or None."""
    return getattr(request, "enrolling", None)


def set_enrolling(request: HttpRequest, actor: Actor) -> None:
    """Say that somebody has to set up a second factor first. For all other pages nobody is signed in."""
    cast("_Known", request).enrolling = actor


def lapsed_of(request: HttpRequest) -> UUID | None:
    """Return the account of the citizen whose session has run out with this request, or None."""
    return getattr(request, "lapsed", None)


def set_lapsed(request: HttpRequest, account_id: UUID) -> None:
    """Say whose session has run out. It gives no right to anything."""
    cast("_Known", request).lapsed = account_id


def sign_out_waits_of(request: HttpRequest) -> str:
    """Return what is said of a sign-in that could not be ended at its provider with this request, or ""."""
    return getattr(request, "sign_out_waits", "")


def set_sign_out_waits(request: HttpRequest, sentence: str) -> None:
    """Keep what is said of a sign-in that could not be ended at its provider."""
    cast("_Known", request).sign_out_waits = sentence


def running_visit_of(request: HttpRequest) -> UUID | None:
    """Return the IT provider's visit that goes on in this town, for its staff; None for all others."""
    return getattr(request, "visit", None)


def set_running_visit(request: HttpRequest, visit: UUID | None) -> None:
    """Keep what the account's query has found of a visit."""
    cast("_Known", request).visit = visit


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
