"""Keycloak: how long a thousand towns' clients and organisations take, one after another and several at once."""

from __future__ import annotations

from typing import Final

from federation.devstack.keycloak import KeycloakServer, start_keycloak
from federation.devstack.keycloak_for_tests import THEMES
from federation.devstack.processes import stop_process
from tests.benchmarks.harness import RESULTS, Goal, Report
from tests.benchmarks.workers import Worker

_FEW: Final = 100
_MANY: Final = 1000
_AT_ONCE: Final = (1, 2, 4, 8)
_USUAL: Final = 4


def run(report: Report) -> None:
    """Measure against a Keycloak of this suite's own, in memory."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    server = start_keycloak(RESULTS / "keycloak", log=RESULTS / "keycloak.log", themes=THEMES, heap_megabytes=512)
    try:
        server.wait_until_ready()
        with Worker("tests.benchmarks.keycloak.operations", administrative_environment(server)) as worker:
            _measure(report, worker)
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


def _measure(report: Report, worker: Worker) -> None:
    worker.ask("realm")
    worker.ask("want", towns=_FEW, prefix="warm")
    worker.ask("settle", at_once=_USUAL)
    for at_once in _AT_ONCE:
        # The towns before leave meanwhile: removed first, in a run of their own.
        worker.ask("want", towns=0, prefix="none")
        worker.ask("settle", at_once=_USUAL)
        worker.ask("want", towns=_FEW, prefix=f"few-{at_once}")
        seconds = worker.ask("settle", at_once=at_once)["seconds"]
        report.measure(f"{_FEW} new towns' clients, {at_once} at once", [seconds], unit="s", goal=Goal())
    worker.ask("want", towns=_MANY, prefix="many")
    seconds = worker.ask("settle", at_once=_USUAL)["seconds"]
    report.measure(f"{_MANY:,} new towns' clients, {_USUAL} at once", [seconds], unit="s", goal=Goal())
    again = worker.ask("settle", at_once=_USUAL)
    if again["done"] or again["removed"]:
        message = f"a second run had something to do: {again}"
        raise RuntimeError(message)
    report.measure("a second run, with nothing to do", [again["seconds"]], unit="s", goal=Goal(at_most=5))
