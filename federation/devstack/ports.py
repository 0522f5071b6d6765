"""Free ports on this machine."""

from __future__ import annotations

import socket
from pathlib import Path
from secrets import SystemRandom
from typing import Final

LOOPBACK = "127.0.0.1"
_FIRST: Final = 20_000
_TRIES: Final = 200
_USUAL_EPHEMERAL: Final = 32_768
_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port(*preferred: int | None) -> int:
    """Return the first preferred port that nobody listens on, else one that no outgoing connection is given either.

    The system takes the near ends of connections from a range of its own. A port of that range that is free now may be
    such an end by the time a slow server listens on it (Keycloak needs half a minute), so none of it is chosen here.
    """
    # Not by a seed: two processes of one test run would try the same ports at the same time.
    others = SystemRandom().sample(range(_FIRST, _first_ephemeral()), _TRIES)
    for port in (*preferred, *others):
        if port is None:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As servers do: a port whose last connections are just closing counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no free port on this machine"
    raise OSError(message)


def _first_ephemeral() -> int:
    """Return where the range of outgoing connections begins; where the system does not tell, its usual beginning."""
    try:
        first = int(_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_EPHEMERAL
    return first if first >= _FIRST + _TRIES else _USUAL_EPHEMERAL
