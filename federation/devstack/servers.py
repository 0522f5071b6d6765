"""Servers for one run of the tests: made when it starts, gone when it ends, however it ends."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from federation.devstack import keycloak_for_tests
from federation.devstack.errors import DevstackError
from federation.devstack.homes import remove_home
from federation.devstack.postgres import end_orphan, start_postgres
from federation.devstack.valkey import start_valkey

_PREFIX = "test-run-"


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Addresses of the servers for this run, and the way to end them."""

    admin_database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    run: Path
    stop: Callable[[], None]


def start_test_servers(base_dir: Path, *, durable: bool = False, shared_buffers: str = "") -> Servers:
    """Start PostgreSQL and Valkey for this run, or return the ones that the environment names.

    `VERBUND_DATABASE_URL` (a login that may create databases and roles) and `VERBUND_REDIS_URL` replace our own.
    Effects: what earlier runs left behind in `base_dir` is stopped and removed.
    """
    remove_leftovers(base_dir)
    database_url = os.environ.get("VERBUND_DATABASE_URL")
    redis_url = os.environ.get("VERBUND_REDIS_URL")
    run = base_dir / f"{_PREFIX}{os.getpid()}"
    run.mkdir(parents=True, exist_ok=True)
    cleanup = contextlib.ExitStack()
    cleanup.callback(_remove_run, run)
    try:
        cleanup.enter_context(_hold(run))
        if not database_url:
            postgres = start_postgres(
                run / "postgres", log=run / "postgres.log", durable=durable, shared_buffers=shared_buffers
            )
            cleanup.callback(postgres.stop)
            database_url = postgres.url()
        if not redis_url:
            valkey = start_valkey(run / "valkey", log=run / "valkey.log", keep=False)
            cleanup.callback(valkey.stop)
            redis_url = valkey.url()
    except BaseException:
        cleanup.close()
        raise
    # Only the process that started them ends them: a forked child inherits this list.
    owner = os.getpid()
    stop = _once(lambda: cleanup.close() if os.getpid() == owner else None)
    atexit.register(stop)
    return Servers(admin_database_url=database_url, redis_url=redis_url, run=run, stop=stop)


def remove_leftovers(base_dir: Path) -> None:
    """End and remove the servers of runs that were killed; runs that still go on are left alone."""
    for run in sorted(base_dir.glob(f"{_PREFIX}*")):
        if not run.is_dir():
            continue
        with contextlib.suppress(_Held), _hold(run):
            with contextlib.suppress(DevstackError):
                end_orphan(run / "postgres")
            _remove_run(run)


class _Held(Exception):
    """The run is still going on."""


@contextlib.contextmanager
def _hold(run: Path) -> Iterator[None]:
    """Hold the lock that says "this run goes on"; the kernel lets go of it whenever the process ends."""
    with (run / "running").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _Held from None
        yield


def _remove_run(run: Path) -> None:
    keycloak_for_tests.end(run)
    for place in (run / "postgres", run / "valkey", run / "keycloak"):
        remove_home(place)
    remove_home(run)


def _once(action: Callable[[], None]) -> Callable[[], None]:
    pending = [action]

    def act() -> None:
        while pending:
            pending.pop()()

    return act
