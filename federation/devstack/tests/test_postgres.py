"""PostgreSQL really started, killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from federation.devstack.errors import DevstackError
from federation.devstack.homes import remove_home
from federation.devstack.postgres import end_orphan, start_postgres
from federation.devstack.processes import is_alive


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Return a place for data; pytest's folders are closed, so root's servers keep theirs elsewhere."""
    place = tmp_path / "postgres"
    yield place
    end_orphan(place)
    remove_home(place)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def test_data_and_password_survive_a_second_start(place: Path, tmp_path: Path) -> None:
    first = start_postgres(place, log=tmp_path / "log", durable=True)
    with psycopg.connect(first.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'über'::text AS word")
    first.stop()
    second = start_postgres(place, log=tmp_path / "log", durable=True)
    try:
        assert ask(second.url(), "SELECT upper(word) FROM kept") == "ÜBER"
        assert ask(second.url(), "SHOW fsync") == "on"
        assert (second.cluster, second.password) == (first.cluster, first.password)
        assert place.with_name("postgres.json").stat().st_mode & 0o077 == 0
    finally:
        second.stop()


def test_tests_give_up_durability_and_strangers_get_nowhere(place: Path, tmp_path: Path) -> None:
    server = start_postgres(place, log=tmp_path / "log", durable=False)
    try:
        assert ask(server.url(), "SHOW fsync") == "off"
        assert int(str(ask(server.url(), "SHOW max_locks_per_transaction"))) > 64
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url().replace(server.password, "guessed"))
    finally:
        server.stop()


def test_server_ends_when_its_starter_is_killed(place: Path, tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import os, pathlib, signal
        from federation.devstack.postgres import start_postgres
        place, log = pathlib.Path({str(place)!r}), pathlib.Path({str(tmp_path / "log")!r})
        server = start_postgres(place, log=log, durable=False)
        print(server.process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    pid = int(done.stdout)
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_killed_server_starts_again_on_its_data(place: Path, tmp_path: Path) -> None:
    first = start_postgres(place, log=tmp_path / "log", durable=True)
    with psycopg.connect(first.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    second = start_postgres(place, log=tmp_path / "log", durable=True)
    try:
        assert ask(second.url(), "SELECT number FROM kept") == 1
    finally:
        second.stop()


def test_orphan_is_ended_before_the_next_start(place: Path, tmp_path: Path) -> None:
    orphan = start_postgres(place, log=tmp_path / "log", durable=False)
    second = start_postgres(place, log=tmp_path / "log", durable=False)
    try:
        assert orphan.process.wait(timeout=20) == 0
        assert ask(second.url(), "SELECT 1") == 1
    finally:
        second.stop()


def test_pid_file_naming_another_program_is_stale(place: Path, tmp_path: Path) -> None:
    start_postgres(place, log=tmp_path / "log", durable=False).stop()
    pid_file = next(place.resolve().glob("data-*")) / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n", encoding="utf-8")
    server = start_postgres(place, log=tmp_path / "log", durable=False)
    server.stop()
    assert is_alive(os.getpid())


def test_lost_password_says_what_to_do(place: Path, tmp_path: Path) -> None:
    start_postgres(place, log=tmp_path / "log", durable=False).stop()
    place.with_name("postgres.json").unlink()
    with pytest.raises(DevstackError, match="make clean"):
        start_postgres(place, log=tmp_path / "log", durable=False)
