"""Ways to fail in the middle: killed, out of disk, cut off from the database."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from django.db import connection, connections

from federation.devstack import pytest_plugin
from tenants.errors import DomainError

When = Literal["before", "after"]
_DISK_FULL, _FINISHED, _OTHER = 7, 0, 9


@contextmanager
def _at(point: str, when: When, act: Callable[[], object]) -> Iterator[None]:
    """Do something before or after the function named `module:name` runs."""
    module_name, name = point.split(":")
    module = importlib.import_module(f"tenants.lifecycle.{module_name}")
    original = getattr(module, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            act()
        result = original(*args, **kwargs)
        if when == "after":
            act()
        return result

    setattr(module, name, wrapped)
    try:
        yield
    finally:
        setattr(module, name, original)


def kill_in(work: Callable[[], object], *, point: str, when: When) -> None:
    """Run work in a process of its own that dies at the point, as if by `kill -9`; wait until the database knows."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def doomed() -> int:
        with _at(point, when, die):
            work()
        return _FINISHED

    status = _forked(doomed)
    assert os.WIFSIGNALED(status), f"{point} was never reached: {status}"
    wait_until_alone()


def run_with_small_disk(work: Callable[[], object], *, largest_file_bytes: int) -> None:
    """Run work in a process that may write no larger file, and make sure that it says so."""

    def cramped() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, largest_file_bytes))
        try:
            work()
        except DomainError as refused:
            return _DISK_FULL if refused.code == "disk_full" else _OTHER
        return _FINISHED

    status = _forked(cramped)
    assert os.WEXITSTATUS(status) == _DISK_FULL, status
    wait_until_alone()


def _forked(work: Callable[[], int]) -> int:
    """Return the wait status of a child. Its connections are its own: the database backend sees to that at a fork."""
    connections.close_all()
    with warnings.catch_warnings():
        # Newer Pythons warn of threads, of which the child uses none.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        code = _OTHER
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]


@contextmanager
def cut_off(*, point: str, when: When) -> Iterator[None]:
    """End this process's session on the server when the point is reached."""

    def end_session() -> None:
        pid = connection.connection.info.backend_pid
        admin = pytest_plugin.admin_url()
        with psycopg.connect(str(admin), autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with _at(point, when, end_session):
        yield


def wait_until_alone() -> None:
    """Wait until the server has rolled back what the dead left."""
    connections.close_all()
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(str(pytest_plugin.admin_url()), autocommit=True) as server:
        for _try in range(500):
            row = server.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
            if row == (0,):
                return
            time.sleep(0.02)
    message = "a session of a dead process stays"
    raise AssertionError(message)
