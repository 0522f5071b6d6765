"""Tenancy: what one more town costs when there are ten, a hundred, three hundred or a thousand.

`make bench ONLY=tenancy` measures at 10, 100 and 300 towns, with `ARGS="--tenants 1000"` at 1,000, too.

The rival is django-tenants as it comes (tests/benchmarks/rival): its migrations, its clone, its `migrate_schemas` with
the multiprocessing executor; on the same models, the same server, in the same run. Each side works in processes that
are kept warm. To get to N tenants quickly the rival's database is filled with copies of a tenant that it made itself;
what is measured is always its own code. Ours is filled by onboarding.

Everything is measured with today's tables, then once more with forty, the architecture's bound for a town, and a few
migrations for each. The goal of onboarding against the rival's migrations is held in the suite `history`.
"""

from __future__ import annotations

from typing import Final

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy import onboarding_case, rollout_case, size_case
from tests.benchmarks.tenancy.field import open_field

_SIZES: Final = (10, 100, 300, 1000)
_MORE_TABLES: Final = 19
_ENOUGH_TOWNS: Final = 100
_CLONE: Final = Goal(at_most=0.5)


def run(report: Report) -> None:
    """Measure at each size up to the one that was asked for."""
    sizes = [size for size in _SIZES if size <= report.tenants] or [report.tenants]
    with open_field(more_tables=0, few=sizes[0]) as field:
        for towns in sizes:
            field.fill(towns)
            # With so few tables Django's planner has little to do: the rollout's goal is for forty.
            onboarding_case.compare_with_rival(report, field, towns, goals=(Goal(), _CLONE))
            rollout_case.roll_out_nothing(report, field, towns)
            rollout_case.roll_out_column(report, field, towns, goal=Goal())
        onboarding_case.compare_with_few(report, field, sizes[-1])
        size_case.state_weights(report, field)
    with open_field(more_tables=_MORE_TABLES, few=sizes[0]) as field:
        for towns in sizes:
            field.fill(towns)
            onboarding_case.compare_with_rival(report, field, towns, goals=(Goal(), _CLONE))
            rollout_case.roll_out_nothing(report, field, towns)
            rollout_case.roll_out_column(report, field, towns, goal=_additive_goal(towns))
        onboarding_case.compare_with_few(report, field, sizes[-1])
        size_case.state_weights(report, field)


def _additive_goal(towns: int) -> Goal:
    """With a handful of towns the start of the workers and the comparison at the end are most of it."""
    return Goal(at_most=0.05) if towns >= _ENOUGH_TOWNS else Goal()
