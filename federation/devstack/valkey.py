"""A Valkey server of our own, on a free port of this machine."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from federation.devstack.account import server_account
from federation.devstack.binaries import valkey_binary
from federation.devstack.errors import with_log_tail
from federation.devstack.homes import open_home
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.processes import spawn, stop_process
from federation.devstack.secrets_file import read_private_json, write_private_json

_START_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class ValkeyServer:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    password: str = field(repr=False)

    def url(self, database: int = 0) -> str:
        """Return the address as Redis clients take it."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def stop(self) -> None:
        """End the server; one that keeps its data writes it first."""
        stop_process(self.process, with_signal=signal.SIGTERM)


def start_valkey(place: Path, *, log: Path, keep: bool) -> ValkeyServer:
    """Start a server whose folder is `place`; `keep=True` saves sessions and queues for the next start.

    Raises: DevstackError, with the end of its log, when it does not come up.
    """
    account = server_account(place)
    program = valkey_binary(account)
    home = open_home(place, account)
    private = place.with_name(f"{place.name}.json")
    known = read_private_json(private)
    password = str(known.get("password") or secrets.token_urlsafe(24))
    port = free_port(known.get("port"))
    write_private_json(private, {"password": password, "port": port})
    settings = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{home}"',
        "daemonize no",
        "appendonly no",
        "save 300 1" if keep else 'save ""',
    ]
    # Settings go through the pipe: a password on the command line could be read by everybody on this machine.
    process = spawn([program, "-"], log=log, account=account, stdin="\n".join([*settings, ""]).encode())
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port=port, password=password):
        if process.poll() is not None or time.monotonic() > deadline:
            stop_process(process)
            message = "Valkey did not start."
            raise with_log_tail(message, log)
        time.sleep(0.02)
    return ValkeyServer(process=process, port=port, password=password)


def _answers(*, port: int, password: str) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                received = connection.recv(256)
                if not received:
                    break
                answer += received
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
