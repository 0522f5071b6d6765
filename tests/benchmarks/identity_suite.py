"""Identity: what it costs a page to know who asks, a citizen's area over twenty towns, and what runs behind it."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final

from federation.devstack.keycloak import start_keycloak
from federation.devstack.keycloak_for_tests import THEMES
from federation.devstack.processes import stop_process
from tests.benchmarks.harness import RESULTS, Goal, Report
from tests.benchmarks.keycloak_suite import administrative_environment, sign_in_environment
from tests.benchmarks.servers import milliseconds_p95, serving
from tests.benchmarks.workers import Worker
from tests.faults.road import Road, State, opened_road

_TOWN: Final = "gladbeck.localhost"
_UMBRELLA: Final = "emscher-lippe.localhost"
# A query string keeps a page out of the cache.
_UNCACHED: Final = "/?uncached=1"
_SIGN_IN: Final = "/konto/anmelden/"
_TOWNS: Final = 20
_ROUNDS: Final = 7
_REQUESTS: Final = 2000
# A page's time differs from turn to turn by the machine alone: the median of many pairs does not.
_TURNS: Final = 31
_TURN_SECONDS: Final = 3
# Longer than a portal believes that Keycloak is well because it was, and than a call may take.
_ASKED_SECONDS: Final = 15
_STATES: Final[Mapping[State, str]] = {"gone": "is gone", "hanging": "hangs", "slow": "is slow"}
_PROBES: Final = 60
_ENTRIES: Final = 50_000
_KEYS: Final = 5_000


def run(report: Report) -> None:
    """Measure what the issue of identity sets goals for."""
    with Worker("tests.benchmarks.identity.operations", {}) as worker:
        person = worker.ask("sign_in", towns=_TOWNS)
        _check(report, worker, person["town"])
        with serving("federation.wsgi:application", probe="/", host=_TOWN, VERBUND_LISTEN="1") as port:
            _area(report, port, person)
        _without_keycloak(report)
        _absences(report, worker)
        report.measure(
            f"checking a trail of {_ENTRIES:,} entries",
            [worker.ask("verify", entries=_ENTRIES)],
            unit="s",
            goal=Goal(),
        )
        report.measure(f"wrapping {_KEYS:,} data keys anew", [worker.ask("rewrap", keys=_KEYS)], unit="s", goal=Goal())


def _check(report: Report, worker: Worker, cookie: str) -> None:
    for name, sent, most in (("anonymous", "", 0), ("signed-in", cookie, 1)):
        worker.ask("check", cookie=sent, rounds=_REQUESTS // 10)
        found = [worker.ask("check", cookie=sent, rounds=_REQUESTS) for _round in range(_ROUNDS)]
        report.measure(
            f"what asking who it is adds to an {name} request" if name == "anonymous" else f"the same, {name}",
            [one["asked"] - one["not_asked"] for one in found],
            unit="ms",
            goal=Goal(at_most=0.3) if name == "anonymous" else Goal(),
        )
        queries = [float(one["queries"]) for one in found]
        report.measure(f"its queries, {name}", queries, unit="queries", goal=Goal(at_most=most))


def _area(report: Report, port: int, person: dict[str, str]) -> None:
    overview = _p95(port, _UMBRELLA, "/konto/bereich/", person["umbrella"])
    report.measure(f"“My area” over {person['towns']} towns, p95", [overview], unit="ms", goal=Goal(at_most=60))
    opened = _p95(port, _UMBRELLA, "/konto/bereich/gladbeck/", person["umbrella"])
    report.measure("one town of it opened, p95", [opened], unit="ms", goal=Goal())
    report.keep_pairs(
        "home page of a town, uncached, signed in, p95",
        [(_p95(port, _TOWN, _UNCACHED, person["town"]), _p95(port, _TOWN, _UNCACHED, "")) for _round in range(_ROUNDS)],
        rival_is="the same page, anonymous",
        unit="ms",
        goal=Goal(),
    )


def _absences(report: Report, worker: Worker) -> None:
    towns = worker.ask("towns")
    for name, days in (("where nothing begins or is over", 0), (f"an absence begins in each of {towns} towns", towns)):
        worker.ask("say_absences", towns=days)
        found = [worker.ask("tell_absences") for _round in range(_ROUNDS)]
        report.measure(f"telling deputies, {name}", found, unit="ms", goal=Goal())


def _without_keycloak(report: Report) -> None:
    """Close the road to a Keycloak in turns under one and the same server: two servers would compare themselves."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    keycloak = start_keycloak(RESULTS / "keycloak", log=RESULTS / "keycloak.log", themes=THEMES, heap_megabytes=512)
    try:
        keycloak.wait_until_ready()
        with Worker("tests.benchmarks.keycloak.operations", administrative_environment(keycloak)) as worker:
            worker.ask("realm")
        with (
            opened_road() as road,
            serving(
                "federation.wsgi:application",
                probe="/",
                host=_TOWN,
                VERBUND_LISTEN="1",
                **sign_in_environment(keycloak),
                **road.environment,
            ) as port,
            _signing_in(port),
        ):
            for state, said in _STATES.items():
                _while_keycloak_is(report, state, said, road=road, port=port)
    finally:
        stop_process(keycloak.process)


@contextmanager
def _signing_in(port: int) -> Iterator[None]:
    """Have somebody try to sign in all the while, one after the other: else no page would wait for Keycloak anyway."""
    is_over = threading.Event()

    def come() -> None:
        while not is_over.wait(0.5):
            with suppress(OSError):
                _get(port, _TOWN, _SIGN_IN, "")

    people = threading.Thread(target=come)
    people.start()
    try:
        yield
    finally:
        is_over.set()
        people.join()


def _while_keycloak_is(report: Report, state: State, said: str, *, road: Road, port: int) -> None:
    def measured(wanted: State) -> float:
        road.become(wanted)
        return milliseconds_p95(port, _UNCACHED, [_TOWN], seconds=_TURN_SECONDS)

    report.compare(
        f"home page of a town, uncached, p95, while Keycloak {said}",
        ours=lambda: measured(state),
        rival=lambda: measured("open"),
        rival_is="the same server while Keycloak runs",
        unit="ms",
        goal=Goal(at_most=1.1),
        rounds=_TURNS,
    )
    report.measure(
        f"until sign-in answers while Keycloak {said}, the longest of {_ASKED_SECONDS} s",
        [_longest_sign_in(state, road=road, port=port)],
        unit="s",
        goal=Goal(at_most=5),
    )


def _longest_sign_in(state: State, *, road: Road, port: int) -> float:
    """Have Keycloak well until sign-in works, then not: whoever asks first meets it, and the next ones are told."""
    road.become("open")
    patience = time.monotonic() + _ASKED_SECONDS
    while (status := _get(port, _TOWN, _SIGN_IN, "")) != HTTPStatus.FOUND:
        if time.monotonic() > patience:
            message = f"sign-in answers {status} while Keycloak runs"
            raise RuntimeError(message)
        time.sleep(0.1)
    road.become(state)
    longest, end = 0.0, time.monotonic() + _ASKED_SECONDS
    while time.monotonic() < end:
        time.sleep(0.1)
        start = time.perf_counter()
        status = _get(port, _TOWN, _SIGN_IN, "")
        longest = max(longest, time.perf_counter() - start)
    if state != "slow" and status != HTTPStatus.SERVICE_UNAVAILABLE:
        message = f"sign-in answered {status} while Keycloak was {state}"
        raise RuntimeError(message)
    road.become("open")
    return longest


def _p95(port: int, host: str, path: str, cookie: str) -> float:
    times = []
    for _probe in range(_PROBES):
        start = time.perf_counter()
        status = _get(port, host, path, cookie)
        times.append((time.perf_counter() - start) * 1000)
        if status != 200:
            message = f"{host}{path} answered {status}"
            raise RuntimeError(message)
    return statistics.quantiles(times, n=20)[-1]


def _get(port: int, host: str, path: str, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": host, **({"Cookie": cookie} if cookie else {})})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
