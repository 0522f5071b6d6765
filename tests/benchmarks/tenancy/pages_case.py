"""Pages and memory of a deployment with many towns, beside one with few: every town is asked in turn."""

from __future__ import annotations

import http.client
import random
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.servers import milliseconds_p95, serving_process
from tests.benchmarks.tenancy.deployments import admin_url
from tests.benchmarks.tenancy.field import Field
from tests.benchmarks.tenancy.memory import megabytes_of_backends, megabytes_of_web
from tests.benchmarks.tenancy.names import host_of

# A query string keeps a page out of the cache.
_UNCACHED: Final = "/?uncached=1"
_SECONDS: Final = 4
_CACHED_AT_ONCE: Final = 200
# A 95th of a hundred differs from turn to turn by the machine alone: the median of many pairs does not.
_ROUNDS: Final = 21
_FEW_ROUNDS: Final = 7
_THREADS: Final = 4
_TIMEOUT_SECONDS: Final = 20
_WEB_MEGABYTES: Final = 300.0
_BACKEND_MEGABYTES: Final = 100.0


def run(report: Report, field: Field, towns: int) -> None:
    """Serve both, ask every town, and compare."""
    many, few = (
        [host_of(number) for number in range(field.towns)],
        [host_of(number) for number in range(field.few_at_first)],
    )
    environment = field.modules.environment
    plain = field.modules.environment_without_migrations
    application = "federation.wsgi:application"
    with (
        serving_process(
            application, probe="/", host=many[0], VERBUND_LISTEN="1", **field.many.environment, **environment
        ) as (big, pid),
        serving_process(application, probe="/", host=few[0], VERBUND_LISTEN="1", **field.few.environment, **plain) as (
            small,
            small_pid,
        ),
    ):
        _state_first_visits(report, big, many, towns=towns)
        _visit(small, _UNCACHED, few * 10)
        _compare_latency(report, (big, many), (small, few), towns=towns)
        _visit(big, _UNCACHED, many * 2)
        _state_memory(report, field, web=(pid, small_pid), towns=(len(many), len(few)))


def _state_first_visits(report: Report, port: int, hosts: list[str], *, towns: int) -> None:
    """Nothing of these towns is in the process yet, and their tables are new to its database sessions."""
    took = []
    for host in random.Random(2).sample(hosts, len(hosts)):  # noqa: S311 -- only the order of visits
        begin = time.perf_counter()
        _ask(port, _UNCACHED, host)
        took.append((time.perf_counter() - begin) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1]
    report.measure(
        f"home page, first visit of a process to a town, p95, {towns:,} towns", [p95], unit="ms", goal=Goal()
    )


def _state_memory(report: Report, field: Field, *, web: tuple[int, int], towns: tuple[int, int]) -> None:
    """Both servers have served every town of theirs more than once."""
    many, few = towns
    processes = (megabytes_of_web(web[0]), megabytes_of_web(web[1]))
    sessions = megabytes_of_backends(str(admin_url(field.many.name)))
    report.keep_pairs(
        f"memory of a web process that has served {many:,} towns",
        [processes],
        rival_is=f"ours with {few}",
        unit="MiB",
        goal=Goal(),
    )
    for what, value, goal in (
        ("that process", processes[0], Goal(at_most=_WEB_MEGABYTES)),
        ("the largest of its database sessions", max(sessions), Goal(at_most=_BACKEND_MEGABYTES)),
        ("all its database sessions", sum(sessions), Goal()),
    ):
        report.measure(f"memory of {what}, {many:,} towns", [value], unit="MiB", goal=goal)


def _compare_latency(report: Report, many: tuple[int, list[str]], few: tuple[int, list[str]], *, towns: int) -> None:
    order = random.Random(1)  # noqa: S311 -- only the order of visits

    def p95(path: str, server: tuple[int, list[str]], at_once: int) -> float:
        port, hosts = server
        if path == _UNCACHED:
            hosts = order.sample(hosts, len(hosts))  # a turn is too short for a thousand: others come first in each
        else:
            # The same in each turn: to make other pages a moment before is work that the smaller one does not have.
            hosts = hosts[:at_once]
            # A cached page lasts a minute: what is asked for is in the cache, and still will be at the end.
            _visit(port, path, hosts)
        return milliseconds_p95(port, path, hosts, seconds=_SECONDS, connections=1)

    # Two hundred pages are more to keep at hand than ten, for the machine's own caches, too: so that is stated.
    for name, path, at_once, goal, rounds in (
        ("uncached, all towns in turn", _UNCACHED, towns, Goal(at_most=1.1), _ROUNDS),
        (f"cached, {len(few[1])} towns in turn", "/", len(few[1]), Goal(at_most=1.1), _ROUNDS),
        (f"cached, {_CACHED_AT_ONCE} towns in turn", "/", _CACHED_AT_ONCE, Goal(), _FEW_ROUNDS),
    ):
        report.compare(
            f"home page, {name}, p95, {towns:,} towns",
            ours=lambda path=path, at_once=at_once: p95(path, many, at_once),
            rival=lambda path=path, at_once=at_once: p95(path, few, at_once),
            rival_is=f"ours with {len(few[1])}",
            unit="ms",
            goal=goal,
            rounds=rounds,
        )


def _visit(port: int, path: str, hosts: Iterable[str]) -> None:
    """Ask each host once, a few at a time. Raises: RuntimeError for an answer that is no 200."""
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(lambda host: _ask(port, path, host), hosts))


def _ask(port: int, path: str, host: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        message = f"{host}{path}: {answer.status}"
        raise RuntimeError(message)
