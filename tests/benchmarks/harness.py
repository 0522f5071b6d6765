"""Measure ours and a rival in turns, in one run on one machine, and keep the ratio with its spread.

A suite is a module `tests/benchmarks/<name>_suite.py` with a function `run(report)`; `make bench ONLY=<name>` runs one.
Figures go to `.verbund/bench/<name>.json`, a list of {name, ours, rival, figure, goal, met}, and to docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable
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
    """A ratio to reach: `at_least` or `at_most`, one of the two."""

    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, figure: float) -> bool:
        """Whether a figure reaches the goal."""
        return (self.at_least is None or figure >= self.at_least) and (self.at_most is None or figure <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True)
class Result:
    """One comparison. `ours` and `rival` are medians in `unit`; `figure` is the median of the ratios ours / rival."""

    name: str
    ours: float
    rival: float
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
    """The results of one suite, written as they come."""

    suite: str
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
        ratios = sorted(own / other for own, other in pairs)
        figure = statistics.median(ratios)
        result = Result(
            name=name,
            ours=statistics.median(own for own, _other in pairs),
            rival=statistics.median(other for _own, other in pairs),
            figure=round(figure, 3),
            goal=str(goal),
            met=goal.is_met(figure),
            unit=unit,
            lowest=round(ratios[0], 3),
            highest=round(ratios[-1], 3),
            rounds=rounds,
            rival_is=rival_is,
        )
        self.results.append(result)
        mark = "met" if result.met else "MISSED"
        print(
            f"{name}: {result.figure:g} ({result.lowest:g} to {result.highest:g}), goal {goal}: {mark}; "
            f"ours {result.ours:,.0f}, {rival_is} {result.rival:,.0f} {unit}",
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
    rows += [
        f"| {one.name} | {one.ours:,.0f} {one.unit} | {one.rival_is}: {one.rival:,.0f} {one.unit} "
        f"| {one.figure:g} ({one.lowest:g} to {one.highest:g}, {one.rounds} pairs) "
        f"| {one.goal} | {'yes' if one.met else '**no**'} |"
        for one in report.results
    ]
    return "\n".join(rows)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
