"""Servers of a test run: gone afterwards, cleaned up after a crash, and not disturbed by a second run."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest
import redis

from federation.devstack.servers import remove_leftovers, start_test_servers


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the servers of the run that these tests are part of."""
    monkeypatch.delenv("VERBUND_DATABASE_URL", raising=False)
    monkeypatch.delenv("VERBUND_REDIS_URL", raising=False)


def test_both_answer_and_leave_nothing_behind(tmp_path: Path) -> None:
    servers = start_test_servers(tmp_path / "test")
    with psycopg.connect(servers.admin_database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    client = redis.Redis.from_url(servers.redis_url)
    assert client.ping()
    client.close()
    servers.stop()
    servers.stop()
    assert list((tmp_path / "test").iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(servers.admin_database_url, connect_timeout=2)


def test_named_servers_are_taken_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBUND_DATABASE_URL", "postgresql://admin@db.example/postgres")
    monkeypatch.setenv("VERBUND_REDIS_URL", "redis://cache.example/0")
    servers = start_test_servers(tmp_path / "test")
    assert servers.admin_database_url == "postgresql://admin@db.example/postgres"
    assert servers.redis_url == "redis://cache.example/0"
    servers.stop()


def test_killed_run_is_cleaned_up_by_the_next_one(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import os, pathlib, signal
        from federation.devstack.servers import start_test_servers
        start_test_servers(pathlib.Path({str(tmp_path / "test")!r}))
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    leftovers = [path.resolve() for path in (tmp_path / "test").glob("*/*") if path.is_dir()]
    assert leftovers
    remove_leftovers(tmp_path / "test")
    assert list((tmp_path / "test").iterdir()) == []
    assert not [path for path in leftovers if path.exists()]


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    servers = start_test_servers(tmp_path / "test")
    try:
        remove_leftovers(tmp_path / "test")
        with psycopg.connect(servers.admin_database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        servers.stop()
