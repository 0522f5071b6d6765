"""`python -m tests.benchmarks [suite ...]`: run all suites, or those named, against servers of the project's own."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from federation.devstack import pytest_plugin
from tests.benchmarks.harness import Report, write_page


def main(wanted: list[str]) -> int:
    """Run suites and return how many goals were missed."""
    known = sorted(path.stem.removesuffix("_suite") for path in Path(__file__).parent.glob("*_suite.py"))
    unknown = set(wanted) - set(known)
    if unknown:
        print(f"No suite {', '.join(sorted(unknown))}; there are: {', '.join(known)}.")
        return 2
    pytest_plugin.prepare_process(durable=True)
    reports = []
    for name in wanted or known:
        report = Report(name)
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}_suite").run(report)
        reports.append(report)
    write_page(reports)
    missed = [result.name for report in reports for result in report.results if not result.met]
    print(f"{sum(len(report.results) for report in reports)} comparisons, {len(missed)} goals missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main([argument for argument in sys.argv[1:] if argument != "--only"]))
