"""Measure ours and a rival in turns, in one run on one machine, and keep the ratio with its spread.

A suite is a module `tests/benchmarks/<name>_suite.py` with a function `run(report)`; `make bench ONLY=<name>` runs one.
Figures go to `.verbund/bench/<name>.json`, a list of {name, ours, rival, figure, goal, met}, and to docs/benchmarks.md.
Where there is nobody to compare with, `rival` is null and `figure` is ours itself.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
RESULTS: Final = ROOT / ".verbund" / "bench"
PAGE: Final = ROOT / "docs" / "benchmarks.md"

Measure = Callable[[], float]


@dataclass(frozen=True)
class Goal:
    """A ratio or a figure to reach: `at_least` or `at_most`, one of the two; with neither it is only stated."""

    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, figure: float) -> bool:
        """Whether a figure reaches the goal."""
        return (self.at_least is None or figure >= self.at_least) and (self.at_most is None or figure <= self.at_most)

    def __str__(self) -> str:
        if self.at_least is None and self.at_most is None:
            return "stated"
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True)
class Result:
    """One figure. `ours` and `rival` are medians in `unit`; `figure` is the median of the ratios ours / rival.

    Without a rival `figure` is ours, and lowest and highest are of the single values.
    """

    name: str
    ours: float
    rival: float | None
    figure: float
    goal: str
    met: bool
    unit: str
    lowest: float
    highest: float
    rounds: int
    rival_is: str


@dataclass
class Report:
    """The results of one suite, written as they come. `tenants`: the largest number of towns that it should try."""

    suite: str
    tenants: int = 300
    results: list[Result] = field(default_factory=list)

    def compare(
        self, name: str, *, ours: Measure, rival: Measure, rival_is: str, unit: str, goal: Goal, rounds: int = 7
    ) -> Result:
        """Run both in turns (rival first in every other round, so that drift hits both) and keep the ratio per pair."""
        ours(), rival()
        pairs = []
        for number in range(rounds):
            if number % 2:
                other, own = rival(), ours()
            else:
                own, other = ours(), rival()
            pairs.append((own, other))
        return self.keep_pairs(name, pairs, rival_is=rival_is, unit=unit, goal=goal)

    def keep_pairs(
        self, name: str, pairs: Sequence[tuple[float, float]], *, rival_is: str, unit: str, goal: Goal
    ) -> Result:
        """Keep pairs (ours, the rival's) that a suite measured itself, each pair in one turn."""
        ratios = sorted(own / other for own, other in pairs)
        figure = statistics.median(ratios)
        result = Result(
            name=name,
            ours=statistics.median(own for own, _other in pairs),
            rival=statistics.median(other for _own, other in pairs),
            figure=_rounded(figure),
            goal=str(goal),
            met=goal.is_met(figure),
            unit=unit,
            lowest=_rounded(ratios[0]),
            highest=_rounded(ratios[-1]),
            rounds=len(pairs),
            rival_is=rival_is,
        )
        return self._keep(result)

    def measure(self, name: str, values: Sequence[float], *, unit: str, goal: Goal) -> Result:
        """Keep a figure of ours that has no rival: the median of its values, held against an absolute goal."""
        figure = statistics.median(values)
        result = Result(
            name=name,
            ours=figure,
            rival=None,
            figure=_rounded(figure),
            goal=str(goal),
            met=goal.is_met(figure),
            unit=unit,
            lowest=_rounded(min(values)),
            highest=_rounded(max(values)),
            rounds=len(values),
            rival_is="",
        )
        return self._keep(result)

    def _keep(self, result: Result) -> Result:
        self.results.append(result)
        against = "" if result.rival is None else f", {result.rival_is} {readable(result.rival)}"
        print(
            f"{result.name}: {result.figure:g} ({result.lowest:g} to {result.highest:g}), goal {result.goal}: "
            f"{'met' if result.met else 'MISSED'}; ours {readable(result.ours)}{against} {result.unit}",
            flush=True,
        )
        self._write()
        return result

    def _write(self) -> None:
        RESULTS.mkdir(parents=True, exist_ok=True)
        rows = [asdict(result) for result in self.results]
        (RESULTS / f"{self.suite}.json").write_text(
            json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def readable(value: float) -> str:
    """Return a figure with three digits that count, and with all that stand before the point."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _rounded(value: float) -> float:
    """Keep four digits that count, however small the figure."""
    return float(f"{value:.4g}")


def machine() -> str:
    """Return what the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def write_page(reports: list[Report]) -> None:
    """Replace each suite's table in docs/benchmarks.md; text around the tables stays."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else "# Benchmarks\n"
    for report in reports:
        begin, end = f"<!-- figures: {report.suite} -->", f"<!-- end: {report.suite} -->"
        block = f"{begin}\n{_table(report)}\n{end}"
        if begin in text and end in text:
            text = text[: text.index(begin)] + block + text[text.index(end) + len(end) :]
        else:
            text = f"{text.rstrip()}\n\n## {report.suite}\n\n{block}\n"
    PAGE.write_text(text, encoding="utf-8")


def _table(report: Report) -> str:
    rows = [
        f"Measured {datetime.now(UTC).date()} by `make bench ONLY={report.suite}` on {machine()}, commit {_commit()}.",
        "",
        "| comparison | ours | rival | ratio (lowest to highest pair) | goal | met |",
        "|---|---|---|---|---|---|",
    ]
    rows += [_row(one) for one in report.results]
    return "\n".join(rows)


def _row(one: Result) -> str:
    ours, met = f"{readable(one.ours)} {one.unit}", "yes" if one.met else "**no**"
    spread = f"{one.lowest:g} to {one.highest:g}"
    if one.rival is None:
        alone = f"– ({spread} {one.unit}, {one.rounds} values)" if one.rounds > 1 else "–"
        return f"| {one.name} | {ours} | – | {alone} | {_goal(one)} | {met if one.goal != 'stated' else '–'} |"
    rival = f"{one.rival_is}: {readable(one.rival)} {one.unit}"
    pairs = f"{one.figure:g} ({spread}, {one.rounds} pairs)" if one.rounds > 1 else f"{one.figure:g}"
    return f"| {one.name} | {ours} | {rival} | {pairs} | {one.goal} | {met if one.goal != 'stated' else '–'} |"


def _goal(one: Result) -> str:
    return one.goal if one.goal == "stated" else f"{one.goal} {one.unit}"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
