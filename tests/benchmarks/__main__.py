"""`python -m tests.benchmarks [suite ...]`: run all suites, or those named, against servers of the project's own."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Final

from federation.devstack import pytest_plugin
from tests.benchmarks.harness import Report, write_page

# What a server with a thousand towns needs at least (docs/operator/connections.md); for both sides alike.
_SHARED_BUFFERS: Final = "1GB"


def main(arguments: list[str]) -> int:
    """Run suites and return 1 if a goal was missed."""
    known = sorted(path.stem.removesuffix("_suite") for path in Path(__file__).parent.glob("*_suite.py"))
    parser = _parser(known)
    given = parser.parse_args(arguments)
    wanted = [*given.suites, *given.only] or known
    unknown = set(wanted) - set(known)
    if unknown:
        parser.error(f"no suite {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    pytest_plugin.prepare_process(durable=True, shared_buffers=_SHARED_BUFFERS)
    reports = []
    for name in wanted:
        report = Report(name, tenants=given.tenants)
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}_suite").run(report)
        reports.append(report)
    write_page(reports)
    missed = [result.name for report in reports for result in report.results if not result.met]
    print(f"{sum(len(report.results) for report in reports)} figures, {len(missed)} goals missed")
    return 1 if missed else 0


def _parser(known: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure ours and a rival in turns.")
    parser.add_argument("suites", nargs="*", metavar="suite", help=", ".join(known))
    parser.add_argument("--only", action="append", default=[], help="the same, as make passes it")
    parser.add_argument(
        "--tenants",
        type=int,
        default=Report("").tenants,
        help="the largest number of towns (suite tenancy; below 100 also keycloak)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
