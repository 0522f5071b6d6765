"""Where to go after signing in: only back to a path on the same host."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import enrolling_of

PARAMETER: Final = "weiter"
_MAX_LENGTH: Final = 1000
# Browsers drop tabs and newlines from addresses and read a backslash as a slash.
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")


def safe_path(given: str, *, default: str) -> str:
    """Return `given` if it is a path with query on this host, else `default`.

    Anything that a browser could read as another host or scheme is refused: two slashes, a backslash, a scheme,
    control characters.
    """
    is_path = given.startswith("/") and not given.startswith("//") and fits(given)
    if is_path and not _UNSAFE.search(given) and url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    if given:
        note_refusal("foreign_target")
    return default


def fits(path: str) -> bool:
    """Whether a path is short enough to be led back to."""
    return len(path) <= _MAX_LENGTH


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, and from there back to where the person is now.

    Whoever has signed in and owes a second factor is sent to set it up.
    """
    route = "identity:factor" if enrolling_of(request) else "identity:sign_in"
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        return HttpResponseClientRedirect(path_to(route, back=htmx.current_url_abs_path or ""))
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(path_to(route, back=back))


def path_to(route: str, *, back: str) -> str:
    """Return the path of a page that leads back to another one on this host afterwards."""
    path = reverse(route)
    wanted = safe_path(back, default="")
    return f"{path}?{urlencode({PARAMETER: wanted})}" if wanted else path
