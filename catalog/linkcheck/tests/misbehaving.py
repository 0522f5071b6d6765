"""A web server on this machine that does all that servers do to link checkers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """The running server. `asked`: how often each (method, path) was asked; `agents`: who asked."""

    port: int
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    is_mended: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str, scheme: str = "http") -> str:
        """Return the address of a path."""
        return f"{scheme}://127.0.0.1:{self.port}{path}"


@contextmanager
def misbehaving_site() -> Iterator[Site]:
    """Run the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    site = Site(server.server_address[1])
    server.site = site  # type: ignore[attr-defined]  # carried for the handlers
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stop.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    @property
    def site(self) -> Site:
        return self.server.site  # type: ignore[attr-defined,no-any-return]  # see misbehaving_site

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.site.asked[self.command, self.path] += 1
        self.site.agents.add(self.headers.get("User-Agent", ""))
        getattr(self, f"_{self.path.strip('/').partition('/')[0].replace('-', '_')}", self._missing)()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _fine(self) -> None:
        self._send(200, b"Willkommen")

    def _missing(self) -> None:
        self._send(404)

    def _forbidden(self) -> None:
        self._send(403)

    def _no_heads(self) -> None:
        self._send(405 if self.command == "HEAD" else 200)

    def _restarting(self) -> None:
        self._send(200 if self.site.is_mended else 500)

    def _moved(self) -> None:
        self._send(301, Location="/fine")

    def _loop(self) -> None:
        self._send(302, Location="/loop")

    def _inside(self) -> None:
        self._send(302, Location=f"http://localhost:{self.site.port}/fine")

    def _to_a_file(self) -> None:
        self._send(302, Location="file:///etc/passwd")

    def _hanging(self) -> None:
        self.site.stop.wait(10)
        self.close_connection = True

    def _dripping(self) -> None:
        """Send a line of the head from time to time, for ever: no single read is ever late."""
        self.close_connection = True
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.site.stop.wait(0.05):
                self.wfile.write(b"X-Wait: a\r\n")
        except OSError:
            return

    def _huge(self) -> None:
        """Promise ten gigabytes and send as much as is taken."""
        self.close_connection = True
        self.send_response(200 if self.command == "GET" else 405)
        self.send_header("Content-Length", str(10 * 1024**3 if self.command == "GET" else 0))
        self.end_headers()
        try:
            while self.command == "GET" and not self.site.stop.is_set():
                self.wfile.write(b"x" * 65536)
                self.site.asked["sent", self.path] += 65536
        except OSError:
            return

    def _rubbish(self) -> None:
        self.close_connection = True
        self.wfile.write(b"220 mail.example ESMTP\r\n")
