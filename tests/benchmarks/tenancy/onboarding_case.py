"""Onboarding one more town beside N others."""

from __future__ import annotations

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy.field import Field

_SECONDS_AT_MOST = 0.5
_GROWTH_AT_MOST = 1.1


def compare_with_rival(report: Report, field: Field, towns: int, *, goals: tuple[Goal, Goal]) -> None:
    """Ours, with role, rights, seeds, invitation and audit, against a bare tenant by its migrations and its clone."""
    with field.ours(field.many) as ours, field.rivals() as migrating, field.rivals(clone=True) as cloning:
        for worker, how, goal in ((migrating, "migrate", goals[0]), (cloning, "clone", goals[1])):
            numbers = _Turns(field)
            report.compare(
                f"onboarding beside {towns:,} towns, {field.tables}",
                ours=lambda numbers=numbers: ours.ask("create", number=numbers.own()) * 1000,
                rival=lambda numbers=numbers, worker=worker: worker.ask("create", number=numbers.other()) * 1000,
                rival_is=f"its {how}",
                unit="ms",
                goal=goal,
                rounds=5,
            )


def compare_with_few(report: Report, field: Field, towns: int) -> None:
    """Ours beside many towns against ours beside few, in turns."""
    few = field.towns_of_few
    numbers = _Turns(field)

    def beside_few() -> float:
        field.towns_of_few += 1
        return float(small.ask("create", number=numbers.other()) * 1000)

    with field.ours(field.many) as big, field.ours(field.few) as small:
        result = report.compare(
            f"growth of onboarding from {few} to {towns:,} towns, {field.tables}",
            ours=lambda: big.ask("create", number=numbers.own()) * 1000,
            rival=beside_few,
            rival_is=f"ours beside {few}",
            unit="ms",
            goal=Goal(at_most=_GROWTH_AT_MOST),
            rounds=15,
        )
    name = f"onboarding beside {towns:,} towns, {field.tables}, by itself"
    report.measure(name, [result.ours / 1000], unit="s", goal=Goal(at_most=_SECONDS_AT_MOST))


class _Turns:
    """Numbers of new towns: both sides of a pair make the same one, whoever comes first."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._waiting: dict[str, list[int]] = {"own": [], "other": []}

    def own(self) -> int:
        return self._take("own", "other")

    def other(self) -> int:
        return self._take("other", "own")

    def _take(self, side: str, opposite: str) -> int:
        if not self._waiting[side]:
            number = self._field.next_number()
            self._waiting[side].append(number)
            self._waiting[opposite].append(number)
        return self._waiting[side].pop(0)
