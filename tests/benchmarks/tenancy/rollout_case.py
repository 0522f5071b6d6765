"""Rolling out: an additive migration, and nothing at all, to N towns."""

from __future__ import annotations

import statistics
import time
from typing import Final

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy.deployments import run_command
from tests.benchmarks.tenancy.field import Field

# So many of the rival's tenants stand for all: its time per tenant is the same for each of them.
_SAMPLE: Final = 20
_ROUNDS: Final = 5
_NOTHING_SECONDS_AT_MOST: Final = 2.0


def roll_out_nothing(report: Report, field: Field, towns: int) -> None:
    """Ours as a whole command against the goal; per town against the rival's."""
    with field.ours(field.many) as ours, field.rivals() as rival:
        sample = rival.ask("keep_registered", count=min(_SAMPLE, towns))
        report.compare(
            f"rollout with nothing to do, per town, {towns:,} towns, {field.tables}",
            ours=lambda: ours.ask("roll_out_nothing") * 1000 / field.towns,
            rival=lambda: rival.ask("migrate") * 1000 / sample,
            rival_is="its migrate_schemas",
            unit="ms",
            goal=Goal(at_most=0.05),
            rounds=_ROUNDS,
        )
    seconds = []
    for _round in range(_ROUNDS):
        start = time.perf_counter()
        run_command(field.many, ["rollout", "plan"], **field.modules.environment)
        seconds.append(time.perf_counter() - start)
    report.measure(
        f"rollout with nothing to do, whole command, {towns:,} towns, {field.tables}",
        seconds,
        unit="s",
        goal=Goal(at_most=_NOTHING_SECONDS_AT_MOST),
    )


def roll_out_column(report: Report, field: Field, towns: int, *, goal: Goal) -> None:
    """One more column that may be empty, in every town; each round has a migration of its own."""
    pairs, once, whole = [], [], []
    for _round in range(_ROUNDS):
        field.modules.add_migration()
        with field.ours(field.many) as ours, field.rivals() as rival:
            sample = rival.ask("keep_registered", count=min(_SAMPLE, towns))
            rival.ask("migrate_template")
            theirs = rival.ask("migrate") * 1000 / sample
            parts = ours.ask("roll_out")
        pairs.append((parts["towns"] * 1000 / parts["count"], theirs))
        once.append(parts["template"] + parts["plan"])
        whole.append(parts["template"] + parts["plan"] + parts["towns"])
    report.keep_pairs(
        f"additive migration, per town, {towns:,} towns, {field.tables}",
        pairs,
        rival_is="its migrate_schemas",
        unit="ms",
        goal=goal,
    )
    report.measure(
        f"additive migration, what is done once, {towns:,} towns, {field.tables}", once, unit="s", goal=Goal()
    )
    rival_whole = statistics.median(other for _own, other in pairs) * field.towns / 1000
    report.keep_pairs(
        f"additive migration, from the first file to the last town, {towns:,} towns, {field.tables}",
        [(statistics.median(whole), rival_whole)],
        rival_is="its migrate_schemas, reckoned from the sample",
        unit="s",
        goal=Goal(),
    )
