"""A PostgreSQL server of our own, on a free port of this machine, with its data in a folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from federation.devstack.account import Account, popen_arguments, server_account
from federation.devstack.binaries import postgres_binaries, postgres_major
from federation.devstack.errors import DevstackError, with_log_tail
from federation.devstack.homes import open_home
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.processes import is_alive, spawn, stop_process
from federation.devstack.secrets_file import read_private_json, write_private_json

_START_SECONDS = 60
_FIRST_WITH_BUILTIN_LOCALE = 17
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # paths of checkouts are too long for sockets
    "max_connections": "100",
    "max_locks_per_transaction": "512",  # a dump of many schemas locks every table at once
    "shared_buffers": "128MB",
    "jit": "off",  # compiling costs more than our short queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",  # it may lie in memory
    "dynamic_shared_memory_type": "mmap",  # in the data, with which it goes, however the server ends
}


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A running server. `cluster` names its data: another name means that everything in it is gone."""

    process: subprocess.Popen[bytes]
    port: int
    password: str = field(repr=False)
    cluster: str
    major: int

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's address."""
        return f"postgresql://postgres:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def stop(self) -> None:
        """End the server: running transactions are rolled back, what was committed is on disk."""
        stop_process(self.process, with_signal=signal.SIGINT, patience_seconds=20)


def start_postgres(place: Path, *, log: Path, durable: bool, shared_buffers: str = "") -> PostgresServer:
    """Start the server whose data lies at `place`, made when missing; passwords and port lie beside it.

    `durable=False` gives up safety in a crash for speed, and its data may lie in memory: for tests alone.
    `shared_buffers` replaces the small default.
    Raises: DevstackError, with the end of its log, when it does not come up.
    """
    account = server_account(place)
    folder = postgres_binaries(account)
    major = postgres_major(folder)
    home = open_home(place, account, may_be_lost=not durable)
    private = place.with_name(f"{place.name}.json")
    known = read_private_json(private)
    data = home / f"data-{major}"
    if not (data / "PG_VERSION").exists():
        known = {**known, "password": secrets.token_urlsafe(24), "cluster": secrets.token_hex(8)}
        write_private_json(private, known)
        _initialise(data, folder=folder, major=major, account=account, password=known["password"])
    if "password" not in known:
        message = f"The password of the server in {place} is lost: {private} is missing. Run `make clean`."
        raise DevstackError(message)
    _end_orphan(data, folder=folder, account=account)
    port = free_port(known.get("port"))
    write_private_json(private, {**known, "port": port})
    settings = {**_SETTINGS, "port": str(port), **({} if durable else _NOT_DURABLE)}
    if shared_buffers:
        settings["shared_buffers"] = shared_buffers
    process = _launch(data, folder=folder, settings=settings, log=log, account=account)
    return PostgresServer(process=process, port=port, password=known["password"], cluster=known["cluster"], major=major)


def _initialise(data: Path, *, folder: Path, major: int, account: Account | None, password: str) -> None:
    """Make the cluster in a folder that gets its name when all is done, so that a half-made one is never used."""
    half_done = data.with_name(f"{data.name}.new")
    if half_done.exists():
        shutil.rmtree(half_done)
    shutil.rmtree(data, ignore_errors=True)
    password_file = data.with_name("initial-password")
    password_file.touch(mode=0o600)
    if account:
        account.own(password_file)
    password_file.write_text(password, encoding="utf-8")
    locale = ["--locale=C.UTF-8"]
    if major >= _FIRST_WITH_BUILTIN_LOCALE:  # the same on every machine, whatever its C library says
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [folder / "initdb", "-D", half_done, "-U", "postgres", "-E", "UTF8", *locale]
    command += ["-A", "scram-sha-256", f"--pwfile={password_file}", "--no-sync", "--no-instructions"]
    try:
        done = subprocess.run(
            [str(part) for part in command], check=False, capture_output=True, text=True, **popen_arguments(account)
        )
    finally:
        password_file.unlink()
    if done.returncode != 0:
        message = f"initdb could not make a database cluster in {data.parent}:\n{done.stderr.strip()}"
        raise DevstackError(message)
    half_done.rename(data)


def _launch(
    data: Path, *, folder: Path, settings: Mapping[str, str], log: Path, account: Account | None
) -> subprocess.Popen[bytes]:
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    deadline = time.monotonic() + _START_SECONDS
    while True:
        process = spawn(
            [folder / "postgres", "-D", data, *arguments], log=log, account=account, death_signal=signal.SIGINT
        )
        while process.poll() is None and time.monotonic() < deadline:
            if _is_ready(data, port=int(settings["port"])):
                return process
            time.sleep(0.02)
        # After a kill -9 the last backends may hold the shared memory for a moment longer.
        if process.poll() is None or time.monotonic() > deadline - _START_SECONDS + 10:
            stop_process(process, with_signal=signal.SIGINT)
            message = "PostgreSQL did not start."
            raise with_log_tail(message, log)
        time.sleep(0.3)


def _is_ready(data: Path, *, port: int) -> bool:
    """Read readiness from the line that the server itself writes, then make sure that it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    try:
        # Any answer of the server will do: one that asks for the password proves that it listens.
        psycopg.connect(host=LOOPBACK, port=port, user="postgres", dbname="postgres", connect_timeout=3)
    except psycopg.OperationalError as refusal:
        return "password" in str(refusal)
    return True


def _end_orphan(data: Path, *, folder: Path, account: Account | None) -> None:
    """Stop a server that a killed run left on this data, and forget the pid file of one that is gone.

    Adopting it would leave us with a server that we cannot watch as a child, and whose settings may differ.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if not (is_alive(pid) and _serves(pid, data)):
        with contextlib.suppress(FileNotFoundError):
            pid_file.unlink()
        return
    for mode in ("fast", "immediate"):
        command = [str(folder / "pg_ctl"), "stop", "-D", str(data), "-m", mode, "-w", "-t", "15"]
        subprocess.run(command, check=False, capture_output=True, **popen_arguments(account))
        if not is_alive(pid):
            return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _serves(pid: int, data: Path) -> bool:
    """Tell whether a process is the server of this data; its number may have gone to another program since."""
    command_line = Path(f"/proc/{pid}/cmdline")
    if not command_line.exists():  # no /proc: trust the pid file
        return True
    try:
        words = command_line.read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def end_orphan(place: Path) -> None:
    """Stop what a killed run may have left running on the data at `place`. Nothing happens when nothing runs."""
    home = place.resolve()
    for data in home.glob("data-*") if home.is_dir() else ():
        account = server_account(place)
        _end_orphan(data, folder=postgres_binaries(account), account=account)
