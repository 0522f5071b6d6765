"""Where a request came from: only what our own proxies say is believed."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_IPV6_PREFIX: Final = 64


def client_address(request: HttpRequest) -> str:
    """Return the caller's IP address, or "" where none is known (a request over a socket).

    Every proxy appends the address it was called from, so with `VERBUND_TRUSTED_PROXIES` = n the n-th entry from the
    right of X-Forwarded-For was written by our outermost proxy; what stands left of it is the caller's own claim.
    With 0, and where the header has too few entries, the address of the connection counts.
    """
    proxies: int = settings.VERBUND_TRUSTED_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(hops) >= proxies:
            address = _parsed(hops[-proxies])
            if address:
                return address
    return _parsed(request.META.get("REMOTE_ADDR", ""))


def address_key(request: HttpRequest) -> str:
    """Return a key for the caller's address that can't be read back: for counters and locks.

    A line at home gets a whole /64 of IPv6, so that is what counts as one caller.
    """
    address = client_address(request)
    if ":" in address:
        address = str(ip_network(f"{address}/{_IPV6_PREFIX}", strict=False))
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"address:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def _parsed(text: str) -> str:
    """Return the address without port, brackets or zone, in its usual spelling; "" if it is none."""
    text = text.partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)
