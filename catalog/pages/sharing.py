"""The short address of a service, as text and as a picture to photograph from paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno
from markupsafe import Markup

from tenants.links import public_url


@dataclass(frozen=True, slots=True)
class ShortAddress:
    """Where a service is found with few signs. `text`: without the scheme, to be typed in."""

    url: str
    text: str
    picture: Markup


def short_address(host: str, code: str) -> ShortAddress | None:
    """Return the short address of a service at a host; None for a service without a code."""
    if not code:
        return None
    # The same in every language: the page that it leads to is in the visitor's own.
    url = public_url(host, f"/l/{code}")
    return ShortAddress(url, url.partition("://")[2], qr_code(url))


@lru_cache(maxsize=512)
def qr_code(text: str) -> Markup:
    """Return a QR code as inline SVG: without style attributes, which the content security policy would not let be."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="vb-qr__picture", lineclass="vb-qr__line"
    )
    return Markup(drawn)  # noqa: S704 -- written by the library from numbers
