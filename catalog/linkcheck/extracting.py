"""The links in a stored value."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from catalog.resolution.values import Json

# Longer ones are not checked: no server has to take them, and the index of addresses takes no more than 2,700 bytes.
MAX_BYTES: Final = 2000
# Stored rich text is cleaned: attributes stand in double quotes.
_HREF: Final = re.compile(r'\bhref="([^"]*)"')


def list_links(value: Json) -> tuple[str, ...]:
    """Return the web addresses of a rich text or an online service, each once, in order."""
    if isinstance(value, str):
        found = [unescape(address).strip() for address in _HREF.findall(value)]
    elif isinstance(value, dict):
        found = [str(value.get("url") or "").strip()]
    else:
        return ()
    return tuple(dict.fromkeys(address for address in found if is_web_address(address)))


def is_web_address(address: str) -> bool:
    """Whether this is an address that can be asked: http or https, with a host."""
    return bool(host_of(address)) and len(address.encode()) <= MAX_BYTES


def host_of(address: str) -> str:
    """Return the host of a web address in lower case, empty for anything else."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").lower() if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""
