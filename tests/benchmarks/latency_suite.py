"""Latency: what a page of a deployment with many towns takes beside one with ten, and the memory of its processes.

`make bench ONLY=latency ARGS="--tenants 1000"` for a thousand. Both deployments are ours, filled by onboarding.
"""

from __future__ import annotations

from typing import Final

from tests.benchmarks.harness import Report
from tests.benchmarks.tenancy import pages_case
from tests.benchmarks.tenancy.field import open_field

_FEW: Final = 10


def run(report: Report) -> None:
    """Serve both from servers of their own and ask in turns."""
    with open_field(more_tables=0, few=_FEW) as field:
        field.fill_ours(report.tenants)
        pages_case.run(report, field, report.tenants)
