"""Keycloak: how long a thousand towns' clients and organisations take, and what a kill -9 in the middle costs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, NoReturn

from federation.devstack.keycloak import KeycloakServer, start_keycloak
from federation.devstack.keycloak_for_tests import THEMES
from federation.devstack.processes import stop_process
from tests.benchmarks.harness import RESULTS, Goal, Report
from tests.benchmarks.workers import Worker

_FEW: Final = 100
_MANY: Final = 1000
_AT_ONCE: Final = (1, 2, 4, 8)
_USUAL: Final = 4
_PATIENCE_SECONDS: Final = 600
_OPERATIONS: Final = "tests.benchmarks.keycloak.operations"


def run(report: Report) -> None:
    """Measure against a Keycloak of this suite's own, in memory."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    server = start_keycloak(RESULTS / "keycloak", log=RESULTS / "keycloak.log", themes=THEMES, heap_megabytes=512)
    try:
        server.wait_until_ready()
        environment = administrative_environment(server)
        with Worker(_OPERATIONS, environment) as worker:
            _measure(report, worker)
            _kill_and_go_on(report, worker, environment, towns=_towns(report))
    finally:
        stop_process(server.process)


def sign_in_environment(server: KeycloakServer) -> dict[str, str]:
    """Return what has a process sign people in at this Keycloak."""
    return {
        "VERBUND_LOGIN": "keycloak",
        "VERBUND_KEYCLOAK_URL": server.url,
        "VERBUND_KEYCLOAK_KEY": "only-for-benchmarks",
    }


def administrative_environment(server: KeycloakServer) -> dict[str, str]:
    """Return what has a process make realm and clients, too."""
    return {
        **sign_in_environment(server),
        "VERBUND_KEYCLOAK_ADMIN_CLIENT_ID": server.admin_client,
        "VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET": server.admin_secret,
        "VERBUND_KEYCLOAK_TIMEOUT_SECONDS": "60",
    }


def _towns(report: Report) -> int:
    """Return how many towns "many" are: a thousand, or fewer where somebody wants to see it go (--tenants 50)."""
    return report.tenants if report.tenants < _FEW else _MANY


def _measure(report: Report, worker: Worker) -> None:
    many = _towns(report)
    few = min(_FEW, many)
    worker.ask("realm")
    worker.ask("want", towns=few, prefix="warm")
    worker.ask("settle", at_once=_USUAL)
    for at_once in _AT_ONCE:
        # The towns before leave meanwhile: removed first, in a run of their own.
        worker.ask("want", towns=0, prefix="none")
        worker.ask("settle", at_once=_USUAL)
        worker.ask("want", towns=few, prefix=f"few-{at_once}")
        seconds = worker.ask("settle", at_once=at_once)["seconds"]
        report.measure(f"{few} new towns' clients, {at_once} at once", [seconds], unit="s", goal=Goal())
    worker.ask("want", towns=many, prefix="many")
    seconds = worker.ask("settle", at_once=_USUAL)["seconds"]
    report.measure(f"{many:,} new towns' clients, {_USUAL} at once", [seconds], unit="s", goal=Goal())
    _expect_nothing_to_do(report, worker, "a second run, with nothing to do")
    worker.ask("want", towns=0, prefix="none")
    seconds = worker.ask("settle", at_once=_USUAL)["seconds"]
    report.measure(f"{many:,} towns leave, {_USUAL} at once", [seconds], unit="s", goal=Goal())


def _kill_and_go_on(report: Report, worker: Worker, environment: Mapping[str, str], *, towns: int) -> None:
    """Kill a process with -9 when half of the towns are noted, and let another go on: as if nothing had happened."""
    worker.ask("want", towns=towns, prefix="killed")
    before = worker.ask("count_noted")
    with Worker(_OPERATIONS, environment) as killed:
        killed.ask("want", towns=towns, prefix="killed")
        killed.begin("settle", at_once=_USUAL)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while worker.ask("count_noted") - before < towns // 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        if not killed.kill():
            _fail("it was done before it was killed")
    noted = worker.ask("count_noted") - before
    report.measure(f"towns noted when the run was killed with -9, of {towns:,}", [noted], unit="towns", goal=Goal())
    rest = worker.ask("settle", at_once=_USUAL)
    if rest["done"] != towns - noted or rest["removed"]:
        _fail(f"of {towns} towns {noted} were noted, and the next run did {rest}")
    report.measure(f"the next run, with the {rest['done']:,} that were left", [rest["seconds"]], unit="s", goal=Goal())
    found = worker.ask("compare")
    report.measure(
        "portals missing, foreign or other than wanted at Keycloak afterwards",
        [len(found["wrong"])],
        unit="portals",
        goal=Goal(at_most=0),
    )
    _expect_nothing_to_do(report, worker, "a run after that, with nothing to do")


def _expect_nothing_to_do(report: Report, worker: Worker, name: str) -> None:
    again = worker.ask("settle", at_once=_USUAL)
    if again["done"] or again["removed"]:
        _fail(f"{name}: {again}")
    report.measure(name, [again["seconds"]], unit="s", goal=Goal(at_most=5))


def _fail(message: str) -> NoReturn:
    raise RuntimeError(message)
