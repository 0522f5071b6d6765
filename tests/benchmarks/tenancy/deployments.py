"""Deployments for the suite: on the run's server, each with a database and roles of its own, empty but for a region."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from federation.devstack import pytest_plugin
from tenants.databaseurl import DatabaseUrl
from tests.benchmarks.workers import ROOT

_HERE: Final = Path(__file__).resolve().parent
_PASSWORD: Final = "only-for-benchmarks"
_COMMAND_SECONDS: Final = 300


@dataclass(frozen=True)
class Deployment:
    """One of ours. `name` is its database and the prefix of its roles."""

    name: str
    environment: dict[str, str]


def admin_url(database: str = "postgres") -> DatabaseUrl:
    """Return the administrative address of the run's server, for a database."""
    admin = pytest_plugin.admin_url()
    return admin.with_login(admin.user, admin.password, name=database)


@contextmanager
def deployment(suffix: str, *, redis_number: int, environment: Mapping[str, str]) -> Iterator[Deployment]:
    """Make a deployment with one region and the shared catalogue, and remove it with its roles afterwards."""
    name = f"{pytest_plugin.SEED.removesuffix('_seed')}_{suffix}"
    server = urlsplit(os.environ["VERBUND_TEST_REDIS_URL"])
    made = Deployment(
        name,
        {
            "VERBUND_DATABASE_URL": str(pytest_plugin.admin_url().with_login(f"{name}_app", _PASSWORD, name=name)),
            "VERBUND_ROLE_PREFIX": name,
            "VERBUND_REDIS_URL": urlunsplit((*server[:2], f"/{redis_number}", "", "")),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.tenancy.settings",
        },
    )
    _remove(name)
    try:
        run_command(made, ["database", "prepare", "--name", name, "--role-prefix", name])
        run_command(made, ["migrate"], **environment)
        run_command(made, ["regions", "load", str(_HERE / "region.yaml")], **environment)
        run_command(made, ["catalogue", "load", str(ROOT / "catalog" / "data")], **environment)
        yield made
    finally:
        _remove(name)


@contextmanager
def rival_database() -> Iterator[DatabaseUrl]:
    """Make an empty database for the rival and remove it afterwards."""
    name = f"{pytest_plugin.SEED.removesuffix('_seed')}_rival"
    _remove(name)
    with _server() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield admin_url(name)
    finally:
        _remove(name)


def run_command(where: Deployment, command: Sequence[str], **environment: str) -> str:
    """Run `verbund …` in a deployment and return what it printed. Raises: RuntimeError with its output."""
    administrative = {"VERBUND_ADMIN_DATABASE_URL": str(admin_url()), "VERBUND_APP_PASSWORD": _PASSWORD}
    done = subprocess.run(
        [sys.executable, "-m", "federation.cli", *command],
        cwd=ROOT,
        env={**os.environ, **where.environment, **administrative, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=_COMMAND_SECONDS,
    )
    if done.returncode:
        message = f"verbund {' '.join(command)}: {done.stdout}\n{done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def _server() -> psycopg.Connection[Any]:
    return psycopg.connect(str(admin_url()), autocommit=True)


def _remove(name: str) -> None:
    """Drop a database and every role of its deployment; the roles are the server's, not the database's."""
    pytest_plugin.drop_database(name)
    with _server() as connection:
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"]
        ).fetchall()
        for (role,) in found:
            connection.execute(sql.SQL("DROP OWNED BY {role}; DROP ROLE {role}").format(role=sql.Identifier(role)))
