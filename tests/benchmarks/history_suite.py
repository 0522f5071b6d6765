"""History: what one more town costs a product that is years old, with the migrations of those years.

The suite `tenancy` has forty tables with three migrations each, as a young product has. Here the same tables came to
what they are by thirteen or fourteen each: columns one after the other, one of them widened again and again. What
replays a snapshot costs the same; what runs migrations runs them all.
"""

from __future__ import annotations

from typing import Final

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy import onboarding_case, rollout_case
from tests.benchmarks.tenancy.field import open_field

_SIZES: Final = (10, 100)
_MORE_TABLES: Final = 19


def run(report: Report) -> None:
    """Measure beside few towns and beside a hundred."""
    with open_field(more_tables=_MORE_TABLES, few=_SIZES[0], years=True) as field:
        for towns in _SIZES:
            field.fill(towns)
            onboarding_case.compare_with_rival(report, field, towns, goals=(Goal(at_most=0.1), Goal(at_most=0.5)))
            rollout_case.roll_out_column(report, field, towns, goal=Goal(at_most=0.05) if towns > 10 else Goal())
