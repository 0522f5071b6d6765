"""One sign-in for all regions, built in: umbrellas tell each other who is signed in in a browser.

The umbrella of the oldest region, the anchor, hears of each sign-in of a browser: another umbrella has it ask back
after one of its own (`over_anchor`), and asks it before it shows a form. Codes and checks are those by which towns hear
of a sign-in (`handover`). With one region, or with Keycloak, none of this happens.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.citizen.attempts import HINT, Attempt
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.redirects import PARAMETER, fits
from shared_services.identity.requests import actor_of, language_prefix, site_of
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import RegionInfo, directory

SIGN_IN_PATH: Final = "/konto/anmelden/"
HAND_OVER_PATH: Final = "/konto/weitergeben/"
# The parameter of umbrellas' pages that says which other umbrella asks.
REGION: Final = "region"
# What an umbrella hears of a browser in which nobody is signed in. Source: OpenID Connect Core 1.0, 3.1.2.6.
NOBODY: Final = {"error": "login_required"}
# Begins the hint of a sign-in that another umbrella knows.
_MARK: Final = "region:"


def find_anchor(request: HttpRequest) -> RegionInfo | None:
    """Return the region whose umbrella knows all sign-ins; None at that umbrella, at towns, and with Keycloak."""
    site = site_of(request)
    if uses_keycloak() or site.region is None or site.tenant is not None:
        return None
    anchor = _anchor()
    return anchor if anchor is not None and anchor.id != site.region.id else None


def find_asked(request: HttpRequest, hint: str) -> RegionInfo | None:
    """Return the region whose umbrella is to be asked who is here; None where this one asks the person."""
    if is_question(hint):
        return _find_other(request, hint.removeprefix(_MARK)) if find_anchor(request) is None else None
    return find_anchor(request) if actor_of(request).kind != "citizen" else None


def is_question(hint: str) -> bool:
    """Whether a sign-in asks another umbrella, and no person."""
    return hint.startswith(_MARK)


def question_url(request: HttpRequest, asked: RegionInfo, attempt: Attempt) -> str:
    """Return where another umbrella says who is signed in there."""
    own = site_of(request).region
    question = {REGION: own.slug if own is not None else "", "state": attempt.state, "challenge": attempt.challenge}
    return public_url(asked.host, f"{language_prefix(request)}{HAND_OVER_PATH}?{urlencode(question)}")


def over_anchor(request: HttpRequest, target: str) -> str:
    """Return where a browser goes on in which somebody has just signed in: to `target`, over the anchor if need be."""
    anchor, own = find_anchor(request), site_of(request).region
    if anchor is None or own is None:
        return target
    prefix = language_prefix(request)
    back = f"{prefix}{HAND_OVER_PATH}?{urlencode({REGION: own.slug, PARAMETER: target})}"
    if not fits(back):
        # Too long for an address within an address: the anchor hears of the next sign-in.
        return target
    return public_url(anchor.host, f"{prefix}{SIGN_IN_PATH}?{urlencode({HINT: f'{_MARK}{own.slug}', PARAMETER: back})}")


def get_asking(request: HttpRequest, slug: str) -> RegionInfo:
    """Return the region whose umbrella asks. Raises: NotFound for one that is none, or this one."""
    found = _find_other(request, slug)
    if found is None:
        raise NotFound(_("Diese Region gibt es hier nicht. Gehen Sie zur Startseite Ihrer Kommune."))
    return found


def _anchor() -> RegionInfo | None:
    """Return the oldest region: another one that comes changes nothing."""
    return min(directory.snapshot().regions.values(), key=lambda region: region.id, default=None)


def _find_other(request: HttpRequest, slug: str) -> RegionInfo | None:
    own, found = site_of(request).region, directory.snapshot().regions.get(slug)
    return found if found is not None and (own is None or found.id != own.id) else None
