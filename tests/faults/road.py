"""The road to Keycloak: a small HTTP proxy that lets everything pass, or nothing, or slowly.

Our processes take it by `HTTP_PROXY`; so the real Keycloak can be away for one of them while others go on with it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final, Literal
from urllib.parse import urlsplit

State = Literal["open", "hanging", "slow", "dripping", "gone"]
SLOW_SECONDS: Final = 1.0
# Longer than anybody waits.
_DRIP_SECONDS: Final = 0.5
_LOOPBACK: Final = "127.0.0.1"


class Road:
    """The proxy. `state` may change at any time; connections that came before keep what they met."""

    def __init__(self) -> None:
        """Take a port and begin to serve."""
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._state: State = "open"
        self._serve()

    @property
    def url(self) -> str:
        """Return its address, for `HTTP_PROXY`."""
        return f"http://{_LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return what has a process take it to everywhere."""
        return {"HTTP_PROXY": self.url, "http_proxy": self.url, "NO_PROXY": "", "no_proxy": ""}

    def become(self, state: State) -> None:
        """Change: `gone` refuses connections, as a machine does where nothing listens."""
        was, self._state = self._state, state
        if state == "gone" and was != "gone":
            self._close_listener()
        elif state != "gone" and was == "gone":
            self._listener = self._listen(self.port)
            self._serve()

    def close(self) -> None:
        """End."""
        if self._state != "gone":
            self._state = "gone"
            self._close_listener()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_LOOPBACK, port))
        listener.listen(64)
        return listener

    def _close_listener(self) -> None:
        # A thread that waits in `accept` holds it open until it is shut down.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(caller, self._state), daemon=True).start()

    def _carry(self, caller: socket.socket, state: State) -> None:
        with caller, contextlib.suppress(OSError):
            caller.settimeout(30)
            request = _read_request(caller)
            if not request:
                return
            if state == "hanging":
                _wait_for_the_end(caller)
                return
            if state == "slow":
                time.sleep(SLOW_SECONDS)
            host, port, rest = _without_host(request)
            with socket.create_connection((host, port), timeout=30) as keycloak:
                keycloak.sendall(rest)
                for piece in _pieces(keycloak):
                    if state == "dripping":
                        _drip(caller, piece)
                    else:
                        caller.sendall(piece)


def _read_request(caller: socket.socket) -> bytes:
    """Return a request with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = caller.recv(65536)
        if not piece:
            return b""
        read += piece
    head, _blank, body = read.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if _is_named(line, b"content-length")), 0)
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body


def _is_named(line: bytes, name: bytes) -> bool:
    return line.lower().startswith(name + b":")


def _without_host(request: bytes) -> tuple[str, int, bytes]:
    """Return where a request goes, and the request as the server itself takes it; one for each connection."""
    head, _blank, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, version = first.split(b" ")
    parts = urlsplit(target.decode())
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}".encode()
    kept = [line for line in lines if not _is_named(line, b"connection") and not _is_named(line, b"proxy-connection")]
    told = b"\r\n".join([b" ".join((method, path, version)), *kept, b"Connection: close"])
    return parts.hostname or _LOOPBACK, parts.port or 80, told + b"\r\n\r\n" + body


def _pieces(server: socket.socket) -> Iterator[bytes]:
    while piece := server.recv(65536):
        yield piece


def _drip(caller: socket.socket, piece: bytes) -> None:
    """Send the head, and then a few bytes every while: each read is answered in time, the whole never comes."""
    head, blank, body = piece.partition(b"\r\n\r\n")
    caller.sendall(head + blank)
    for start in range(0, len(body), 8):
        caller.sendall(body[start : start + 8])
        time.sleep(_DRIP_SECONDS)


def _wait_for_the_end(caller: socket.socket) -> None:
    """Hold a connection until the caller gives up."""
    with contextlib.suppress(OSError):
        caller.recv(1)


@contextlib.contextmanager
def opened_road() -> Iterator[Road]:
    """Open a road, and close it afterwards."""
    road = Road()
    try:
        yield road
    finally:
        road.close()
