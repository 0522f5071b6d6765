"""Which addresses the link checker may ask: hosts of the public internet, on the web's ports, and nothing inside."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from typing import Final

Lookup = Callable[[str, int], Collection[str]]

RESOLVE_SECONDS: Final = 5.0
# Nobody may use the checker to look for other open doors.
_WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# The system's resolver has no limit of time of its own that a program could set.
_resolving: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="linkcheck-dns")


class ForbiddenAddressError(Exception):
    """The host stands for an address that is not of the public internet, or the port is not one of the web."""


def look_up(host: str, port: int) -> list[str]:
    """Return all addresses of a host. Raises: OSError when it has none, or the resolver takes too long."""
    work = _resolving.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = work.result(timeout=RESOLVE_SECONDS)
    except TooSlowError as slow:
        raise socket.gaierror(socket.EAI_AGAIN, "the resolver takes too long") from slow
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def list_permitted(host: str, port: int, *, allowed_hosts: Collection[str], lookup: Lookup = look_up) -> list[str]:
    """Return the addresses at which a host may be asked. Connect to one of these: the next look-up may differ.

    Hosts in `allowed_hosts` (`intranet.example`, or `*.example` for all below it) may stand anywhere.

    Raises: ForbiddenAddressError when any of its addresses is forbidden; OSError when it has none.
    """
    if is_allowed_host(host, allowed_hosts):
        return list(lookup(host, port))
    if port not in _WEB_PORTS:
        raise ForbiddenAddressError(f"port {port}")
    addresses = list(lookup(host, port))
    forbidden = [address for address in addresses if not is_public(address)]
    if forbidden or not addresses:
        raise ForbiddenAddressError(", ".join(forbidden) or host)
    return addresses


def is_allowed_host(host: str, allowed_hosts: Collection[str]) -> bool:
    """Whether the operator has named the host."""
    name = host.lower().rstrip(".")
    return any(
        name == one or (one.startswith("*.") and name.endswith(one[1:]))
        for one in (each.lower() for each in allowed_hosts)
    )


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; addresses that wrap an IPv4 one count as that.

    Source: IANA special-purpose address registries, as Python's `ipaddress` has them.
    """
    found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            wrapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if found.teredo:
            return False
        found = wrapped or found
    return found.is_global and not found.is_multicast
