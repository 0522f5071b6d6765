"""The shared catalogue: five hundred services, up to a thousand towns, and one service in twenty adapted by each town.

`make bench ONLY=catalogue` measures with 300 towns, `ARGS="--tenants 1000"` with as many as the goals are set for. All
is one deployment, filled by the product's own functions: onboarding, `catalogue load`, `set_override`, the outbox.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.catalogue.content import write_content
from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.servers import milliseconds_p95, serving
from tests.benchmarks.tenancy.deployments import Deployment, deployment
from tests.benchmarks.tenancy.names import host_of
from tests.benchmarks.workers import Worker

_SERVICES: Final = 500
_SHARE: Final = 0.05
_SLUGS: Final = ("hund-anmelden", "wohnsitz-anmelden", "personalausweis-beantragen", "geburtsurkunde")
# Adapted by nobody: every town follows it.
_FOLLOWED: Final = "fundsache-suchen"
_PROBES: Final = 50
_LANGUAGES: Final = 2
_ROUNDS: Final = 5
_TIMEOUT_SECONDS: Final = 20


def run(report: Report) -> None:
    """Fill one deployment and measure what readers and editors wait for."""
    towns = report.tenants
    with (
        tempfile.TemporaryDirectory(prefix="verbund-bench-") as folder,
        deployment("catalogue", redis_number=12, environment={}) as place,
        Worker("tests.benchmarks.tenancy.operations", place.environment) as onboarding,
        Worker("tests.benchmarks.catalogue.operations", place.environment) as worker,
    ):
        write_content(Path(folder), services=_SERVICES)
        onboarding.ask("fill", numbers=list(range(towns)))
        worker.ask("load", folder=folder)
        overrides = worker.ask("override", towns=towns, share=_SHARE, but=_FOLLOWED)
        _weigh(report, worker, towns=towns, overrides=overrides)
        _serve(report, place, worker, towns=towns)
        bulk = [worker.ask("decide_on_all", number=number) for number in range(_ROUNDS)]
        name = f"a decision on {bulk[0]['services']:,} services at once"
        report.measure(name, [one["decide"] for one in bulk], unit="s", goal=Goal(at_most=2))
        report.measure("taking it back", [one["undo"] for one in bulk], unit="s", goal=Goal(at_most=2))
        pages = [worker.ask("matrix", page=1 + number % 3) * 1000 for number in range(3 * _ROUNDS)]
        report.measure(
            f"the region's matrix, {_SERVICES} services × {towns:,} towns", pages, unit="ms", goal=Goal(at_most=300)
        )


def _weigh(report: Report, worker: Worker, *, towns: int, overrides: int) -> None:
    """Hold what projections have against documents of services and deviations; copying would make one for each town."""
    found = worker.ask("weigh")
    rows = sum(number for name, number in found.items() if name.endswith(".rows"))
    size = sum(number for name, number in found.items() if name.endswith(".bytes"))
    per_service = found["search_searchdocument.bytes"] / _SERVICES
    report.keep_pairs(
        f"size of all projections, {_SERVICES} services, {towns:,} towns, {overrides:,} deviations",
        [(size / 2**20, (_SERVICES + overrides) * per_service / 2**20)],
        rival_is="as many documents of services and deviations",
        unit="MiB",
        goal=Goal(at_most=1.2),
    )
    report.keep_pairs(
        "rows of all projections",
        [(rows, _SERVICES * towns * _LANGUAGES)],
        rival_is="a copy for each town",
        unit="rows",
        goal=Goal(),
    )


def _serve(report: Report, place: Deployment, worker: Worker, *, towns: int) -> None:
    hosts = [host_of(number) for number in range(towns)]
    queries = max(len(worker.ask("queries_of_service_page", number=7, slug=slug)) for slug in _SLUGS)
    report.measure("queries of a service's page, uncached", [queries], unit="queries", goal=Goal(at_most=6))
    application = "federation.wsgi:application"
    with serving(application, probe="/", host=hosts[0], VERBUND_LISTEN="1", **place.environment) as port:
        values = [
            milliseconds_p95(port, f"/leistungen/{slug}/?anew", hosts, seconds=5, connections=1) for slug in _SLUGS
        ]
        name = f"a service's page, uncached, p95, {_SERVICES} services, {towns:,} towns"
        report.measure(name, values, unit="ms", goal=Goal(at_most=40))
        values = [_publish(worker, port, hosts, number=number) for number in range(_ROUNDS)]
        name = f"a published change that {towns:,} towns follow, until all show it"
        report.measure(name, values, unit="s", goal=Goal(at_most=5))


def _publish(worker: Worker, port: int, hosts: list[str], *, number: int) -> float:
    """Publish, ask a sample of towns until all show it, then ask every town once: none may show the old text."""
    slug, teaser = _FOLLOWED, f"Fassung {number} der Messung."
    sample = hosts[:: max(1, len(hosts) // _PROBES)]
    for host in sample:
        _ask(port, host, slug)
    since = time.perf_counter()
    worker.ask("publish", slug=slug, teaser=teaser)
    while not all(teaser in _ask(port, host, slug) for host in sample):
        time.sleep(0.02)
    seconds = time.perf_counter() - since
    late = [host for host in hosts if teaser not in _ask(port, host, slug)]
    if late:
        message = f"{len(late)} towns still show the old text"
        raise RuntimeError(message)
    return seconds


def _ask(port: int, host: str, slug: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"/leistungen/{slug}/", headers={"Host": host})
        answer = connection.getresponse()
        return answer.read().decode()
    finally:
        connection.close()
