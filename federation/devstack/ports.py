"""Free ports on this machine."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def free_port(*preferred: int | None) -> int:
    """Return the first preferred port that nobody listens on, else one that the system picks."""
    for port in (*preferred, 0):
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
