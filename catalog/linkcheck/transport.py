"""How the link checker reaches a server: the address is looked at in the moment of connecting, and time is limited.

A check before the request would not do: the name may stand for another address a moment later, and a redirect leads
elsewhere. So the guard sits where the connection is made, for every hop. Source: OWASP, Server-Side Request Forgery
Prevention.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import httpcore
import httpx


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that `permit` returns for a host and port, until the deadline.

    Units: `deadline` in seconds of `time.monotonic`.
    """

    def __init__(self, permit: Callable[[str, int], Collection[str]], *, deadline: float) -> None:
        """Remember whom to ask."""
        self._permit, self._deadline, self._inner = permit, deadline, httpcore.SyncBackend()

    def connect_tcp(  # noqa: PLR0917 -- the library's signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first permitted address that answers. Raises: ForbiddenAddressError; httpcore's errors."""
        problem: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in self._permit(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address,
                    port,
                    timeout=_remaining(self._deadline, timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
                continue
            return _LimitedStream(stream, self._deadline)
        raise problem

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: nothing on this machine is a link."""
        raise httpcore.UnsupportedProtocol(path)


class _LimitedStream(httpcore.NetworkStream):
    """A stream that ends at the deadline, however slowly the other side sends."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=_remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=_remaining(self._deadline, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _remaining(self._deadline, timeout)
        return _LimitedStream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _remaining(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this link is over")
    return left if timeout is None else min(left, timeout)


class GuardedTransport(httpx.BaseTransport):
    """httpx's way to httpcore with a backend of our own; one connection for each request, none is kept."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        """Trust the machine's certificates; read no proxy and no credentials from the environment."""
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=backend, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises: httpcore's errors and ForbiddenAddressError."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        body = _Body(answer)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, read only by whoever asks for it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
