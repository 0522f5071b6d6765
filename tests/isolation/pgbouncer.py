"""A PgBouncer of the tests' own, in front of their server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from federation.devstack import pytest_plugin
from federation.devstack.account import popen_arguments, server_account
from federation.devstack.ports import LOOPBACK, free_port
from tenants.databaseurl import DatabaseUrl

_START_SECONDS = 20


def find_pgbouncer() -> str | None:
    """Return the program; Debian keeps it where only root looks."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def pgbouncer(application: DatabaseUrl, **settings: str) -> Iterator[DatabaseUrl]:
    """Run a PgBouncer for the application's login, and yield the address of the database behind it."""
    account = server_account()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="verbund-pgbouncer-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        configuration = _write_configuration(home, application, port=port, settings=settings)
        if account:
            for path in (home, *home.iterdir()):
                account.own(path)
        command = [str(find_pgbouncer()), str(configuration)]
        with (home / "output").open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, **popen_arguments(account))
        try:
            _wait(port, process, home / "output")
            yield DatabaseUrl(
                name=application.name,
                user=application.user,
                password=application.password,
                host=LOOPBACK,
                port=str(port),
            )
        finally:
            process.kill()
            process.wait(10)


def _write_configuration(home: Path, application: DatabaseUrl, *, port: int, settings: dict[str, str]) -> Path:
    """Write what docs/operator/connections.md advises, and what the test wants otherwise."""
    server = pytest_plugin.admin_url()
    (home / "users").write_text(f'"{application.user}" "{application.password}"\n', encoding="utf-8")
    lines = {
        "listen_addr": LOOPBACK,
        "listen_port": str(port),
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": str(home / "users"),
        "pool_mode": "session",
        **settings,
    }
    place = f"host={server.host} port={server.port or 5432}"
    text = f"[databases]\n* = {place}\n[pgbouncer]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
    configuration = home / "pgbouncer.ini"
    configuration.write_text(text, encoding="utf-8")
    return configuration


def _wait(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = f"PgBouncer did not start:\n{output.read_text('utf-8', 'replace')}"
    raise RuntimeError(message)


def connect(url: DatabaseUrl) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the application does: each statement by itself, none prepared."""
    return psycopg.connect(str(url), autocommit=True, prepare_threshold=None, connect_timeout=10)
