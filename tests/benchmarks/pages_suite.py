"""Pages: what tenancy costs a page, and what the page cache makes of it."""

from __future__ import annotations

import time
import urllib.request
from typing import Any

import psycopg
from psycopg import sql

from federation.devstack import pytest_plugin
from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.servers import requests_per_second, serving

TOWNS = ["gladbeck", "dorsten", "marl", "herten", "datteln", "bottrop", "recklinghausen", "muenster"]
HOSTS = [f"{town}.localhost" for town in TOWNS]
# A query string keeps a page out of the cache, on both sides alike.
UNCACHED = "/?uncached=1"
_BENCH_USER, _BENCH_PASSWORD = "verbund_bench_bare", "only-for-benchmarks"
_SWITCHES = 2000


def run(report: Report) -> None:
    """Run the three comparisons of the ground."""
    _make_bare_login()
    bare_environment = {"BENCH_USER": _BENCH_USER, "BENCH_PASSWORD": _BENCH_PASSWORD}
    with (
        serving("federation.wsgi:application", probe="/", host=HOSTS[0], VERBUND_LISTEN="1") as own,
        serving("tests.benchmarks.bare_wsgi:application", probe="/", host=HOSTS[0], **bare_environment) as bare,
    ):
        report.compare(
            "home page of a town, uncached",
            ours=lambda: requests_per_second(own, UNCACHED, HOSTS),
            rival=lambda: requests_per_second(bare, UNCACHED, HOSTS),
            rival_is="same view in bare Django, one town",
            unit="requests/s",
            goal=Goal(at_least=0.9),
        )
        size = _size(own)
        with serving("tests.benchmarks.constant:application", probe="/", host="x", BENCH_BYTES=str(size)) as constant:
            report.compare(
                "home page of a town, cached",
                ours=lambda: requests_per_second(own, "/", HOSTS),
                rival=lambda: requests_per_second(constant, "/", HOSTS),
                rival_is=f"{size:,} constant bytes",
                unit="requests/s",
                goal=Goal(at_least=0.5),
            )
    _compare_switching(report)


def _size(port: int) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": HOSTS[0]})
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- our own server
        return len(answer.read())


def _make_bare_login() -> None:
    """A login for the rival that reads one town's tables and the shared ones, with the path set once on the server."""
    database = pytest_plugin.database_name()
    admin = pytest_plugin.admin_url()
    user = sql.Identifier(_BENCH_USER)
    with psycopg.connect(
        str(admin.with_login(admin.user, admin.password, name=database)), autocommit=True
    ) as connection:
        if _is_unused(connection):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(user, sql.Literal(_BENCH_PASSWORD)))
        connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(user))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), user))
        connection.execute(sql.SQL("ALTER ROLE {} SET search_path TO t_gladbeck, extensions, public").format(user))


def _is_unused(connection: psycopg.Connection[Any]) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_BENCH_USER]).fetchone() is None


def _compare_switching(report: Report) -> None:
    prefix = pytest_plugin.SEED.removesuffix("_seed")
    both = [f"SET search_path TO t_{town}, extensions, public; SET ROLE {prefix}_t_{town}" for town in TOWNS]
    path_only = [f"SET search_path TO t_{town}, extensions, public" for town in TOWNS]
    url = pytest_plugin.admin_url().with_login(f"{prefix}_app", "only-for-tests", name=pytest_plugin.database_name())

    def microseconds(statements: list[str]) -> float:
        with psycopg.connect(str(url), autocommit=True) as connection:
            start = time.perf_counter()
            for number in range(_SWITCHES):
                connection.execute(statements[number % len(statements)])
            return (time.perf_counter() - start) / _SWITCHES * 1e6

    report.compare(
        "setting path and role",
        ours=lambda: microseconds(both),
        rival=lambda: microseconds(path_only),
        rival_is="path alone",
        unit="µs",
        goal=Goal(at_most=1.3),
        rounds=11,
    )
