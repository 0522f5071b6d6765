"""Onboarding one more town beside N others."""

from __future__ import annotations

from tests.benchmarks.harness import Goal, Measure, Report
from tests.benchmarks.tenancy.field import Field

_SECONDS_AT_MOST = 0.5
_GROWTH_AT_MOST = 1.1
# One onboarding differs from the next by more than what is looked for.
_GROWTH_ROUNDS = 61
_PATIENCE_MS = 20_000.0


def compare_with_rival(report: Report, field: Field, towns: int, *, goals: tuple[Goal, Goal]) -> None:
    """Ours, with role, rights, seeds, invitation and audit, against a bare tenant by its migrations and its clone.

    Like with like is stated beside: what the rival's migrations make and no more. Its clone compares the indexes of all
    schemas with each other: with many tables and towns it takes minutes. What was too slow is kept as one pair and not
    tried with more towns.
    """
    beside = f"beside {towns:,} towns, {field.tables}"
    whole, bare = f"onboarding {beside}", f"schema, role, rights and registry rows alone, {beside}"
    pairs = (("migrate", whole, "create", goals[0]), ("migrate", bare, "create_bare", Goal()),
             ("clone", whole, "create", goals[1]))  # fmt: skip
    with field.ours(field.many) as ours, field.rivals() as migrating, field.rivals(clone=True) as cloning:
        workers = {"migrate": migrating, "clone": cloning}
        for how, name, operation, goal in pairs:
            if how in field.too_slow:
                print(f"{name}: its {how} was too slow with fewer towns and is not tried again")
                continue
            numbers = _Turns(field)
            sides: tuple[Measure, Measure] = (
                lambda numbers=numbers, operation=operation: ours.ask(operation, number=numbers.own()) * 1000,
                lambda numbers=numbers, worker=workers[how]: worker.ask("create", number=numbers.other()) * 1000,
            )
            _compare(report, field, name, how=how, goal=goal, sides=sides)


def _compare(report: Report, field: Field, name: str, *, how: str, goal: Goal, sides: tuple[Measure, Measure]) -> None:
    own, other = sides
    first = (own(), other())
    if first[1] <= _PATIENCE_MS:
        report.compare(name, ours=own, rival=other, rival_is=f"its {how}", unit="ms", goal=goal, rounds=5)
        return
    field.too_slow.add(how)
    report.keep_pairs(name, [first], rival_is=f"its {how}, once", unit="ms", goal=goal)


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
            rounds=_GROWTH_ROUNDS,
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
