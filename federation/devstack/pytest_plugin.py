"""Gives every test process a database of its own, copied from one that is migrated and filled once per run.

Loaded by `-p federation.devstack.pytest_plugin`, so that the environment stands before Django's settings are read.

`VERBUND_DATABASE_URL` and `VERBUND_REDIS_URL` may name existing servers (the login must be allowed to create roles and
databases); without them the project starts its own.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tenants.databaseurl import DatabaseUrl, parse_database_url

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_PASSWORD: Final = "only-for-tests"  # noqa: S105 -- of a server that lives as long as the tests
# Named after the user's own wish, so that two runs can share one server.
_BASE: Final = os.environ.get("VERBUND_TEST_NAME", "verbund_test")
SEED: Final = f"{_BASE}_seed"
KEYS: Final = f"{_BASE}_keys"


def worker_name() -> str:
    """Return the name of this process among those of a parallel run; `main` when there is only one."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def admin_url() -> DatabaseUrl:
    """Return the address of the administrative login of the server that this run uses."""
    return parse_database_url(os.environ["VERBUND_TEST_ADMIN_URL"])


def database_name(suffix: str = "") -> str:
    """Return the name of this process's database."""
    return f"{_BASE}_{worker_name()}{suffix}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, None, None]:
    """Start servers (controller) or copy the seed (worker) before pytest-django reads the settings."""
    if not {"--help", "-h", "--version", "--markers", "--fixtures"} & set(args):
        prepare_process()
    yield


def prepare_process(*, durable: bool = False, shared_buffers: str = "") -> None:
    """Set the environment of this process.

    `durable` servers keep PostgreSQL's safe defaults, for benchmarks; `shared_buffers` is for a server of their size.
    """
    if "VERBUND_TEST_ADMIN_URL" not in os.environ:
        _start_servers(durable=durable, shared_buffers=shared_buffers)
    if "VERBUND_MASTER_KEYS" not in os.environ:
        os.environ["VERBUND_MASTER_KEYS"] = _verbund(["keys", "new"])
    set_environment(SEED)
    if "VERBUND_TEST_SEEDED" not in os.environ:
        _make_seed()
        os.environ["VERBUND_TEST_SEEDED"] = "1"
    copy_database(database_name())
    set_environment(database_name())


def _start_servers(*, durable: bool, shared_buffers: str) -> None:
    from federation.devstack.servers import start_test_servers  # noqa: PLC0415 -- only the controller needs it

    servers = start_test_servers(ROOT / ".verbund" / "test", durable=durable, shared_buffers=shared_buffers)
    atexit.register(servers.stop)
    os.environ["VERBUND_TEST_ADMIN_URL"] = servers.admin_database_url
    os.environ["VERBUND_TEST_REDIS_URL"] = servers.redis_url
    os.environ["VERBUND_TEST_RUN"] = str(servers.run)


def set_environment(database: str) -> None:
    """Point settings, and every process started from here, at a database."""
    name = worker_name()
    # A Valkey database of its own for each process; servers have 16.
    number = int(name.removeprefix("gw")) + 1 if name.startswith("gw") else 0
    server = urlsplit(os.environ["VERBUND_TEST_REDIS_URL"])
    os.environ.update(
        VERBUND_MODE="test",
        VERBUND_DATABASE_URL=str(admin_url().with_login(f"{_BASE}_app", _PASSWORD, name=database)),
        VERBUND_KEYS_DATABASE_URL=str(admin_url().with_login(KEYS, _PASSWORD, name=KEYS)),
        VERBUND_ROLE_PREFIX=_BASE,
        VERBUND_REDIS_URL=urlunsplit((*server[:2], f"/{number % 16}", "", "")),
        VERBUND_REGISTRY_POLL_SECONDS="3600",
        VERBUND_DATA_DIR=str(ROOT / ".verbund" / "test" / "data" / name),
        VERBUND_STATIC_DIR=str(ROOT / ".verbund" / "static"),
        DJANGO_SETTINGS_MODULE="federation.settings",
    )


def _make_seed() -> None:
    """Migrate and fill one database for the whole run; every test process works on a copy of it."""
    drop_database(SEED)
    # The keys of all processes lie in one database: their owners' ids never meet.
    drop_database(KEYS)
    for command in (
        ["database", "prepare", "--name", SEED, "--role-prefix", _BASE],
        ["keys", "prepare", "--name", KEYS],
        ["migrate"],
        ["demo", "load"],
    ):
        _verbund(command)


def _verbund(command: list[str]) -> str:
    environment = {
        **os.environ,
        "VERBUND_ADMIN_DATABASE_URL": os.environ["VERBUND_TEST_ADMIN_URL"],
        "VERBUND_APP_PASSWORD": _PASSWORD,
        "VERBUND_KEYS_PASSWORD": _PASSWORD,
    }
    done = subprocess.run(
        [sys.executable, "-m", "federation.cli", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        pytest.exit(f"verbund {' '.join(command)} failed:\n{done.stdout}\n{done.stderr}", returncode=3)
    return done.stdout.strip()


def _server() -> psycopg.Connection[Any]:
    admin = admin_url()
    return psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres")), autocommit=True)


def copy_database(name: str) -> None:
    """Make `name` anew as a copy of the seed."""
    drop_database(name)
    with _server() as connection:
        owner = sql.Identifier(f"{_BASE}_migration")
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER {}").format(
                sql.Identifier(name), sql.Identifier(SEED), owner
            )
        )
        for group, rights in (("app", "CONNECT"), ("migration", "CREATE, CONNECT")):
            role = sql.Identifier(f"{_BASE}_{group}")
            connection.execute(sql.SQL(f"GRANT {rights} ON DATABASE {{}} TO {{}}").format(sql.Identifier(name), role))


def drop_database(name: str) -> None:
    """Drop a database with whoever is still connected."""
    with _server() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
