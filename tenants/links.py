"""Addresses of the deployment's own portals, as people and other portals use them."""

from __future__ import annotations

from django.conf import settings


def public_url(host: str, path: str = "/") -> str:
    """Return the address under which people reach a host of this deployment."""
    port = f":{settings.VERBUND_PUBLIC_PORT}" if settings.VERBUND_PUBLIC_PORT else ""
    return f"{settings.VERBUND_PUBLIC_SCHEME}://{host}{port}{path}"
