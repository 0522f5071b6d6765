"""Charts as numbers: what the templates draw as inline SVG. Each has a table beside it that says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalog.coverage.figures import Figures
from catalog.coverage.selectors import DayPoint

# Units of the drawings; they stretch to the width that the page has.
WIDTH: Final = 600.0
HEIGHT: Final = 120.0
_MARGIN: Final = 6.0

Reading = Callable[[Figures], int | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is followed from day to day. `top` is the end of its scale, None for what it comes to.

    `short` is its name at the head of a column.
    """

    label: str | Promise
    short: str | Promise
    read: Reading
    top: int | None = None
    is_less_better: bool = False


MEASURES: Final = (
    Measure(gettext_lazy("Punktzahl im Durchschnitt"), gettext_lazy("Punkte"), lambda one: one.score, top=100),
    Measure(gettext_lazy("Leistungen im Portal"), gettext_lazy("Leistungen"), lambda one: one.services),
    Measure(gettext_lazy("Selbst ausgeführt"), gettext_lazy("selbst"), lambda one: one.own),
    Measure(gettext_lazy("Davon angepasst"), gettext_lazy("angepasst"), lambda one: one.overridden),
    Measure(gettext_lazy("Verlinkt"), gettext_lazy("verlinkt"), lambda one: one.linked),
    Measure(gettext_lazy("Mit Onlinedienst"), gettext_lazy("online"), lambda one: one.online),
    Measure(gettext_lazy("Auf Englisch"), gettext_lazy("Englisch"), lambda one: one.english),
    Measure(gettext_lazy("In Leichter Sprache"), gettext_lazy("Leichte Sprache"), lambda one: one.easy),
    Measure(
        gettext_lazy("Defekte Links"),
        gettext_lazy("defekte Links"),
        lambda one: one.broken_links,
        is_less_better=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure over time. `line` and `area` are paths; `line` is empty while there is only one day.

    `change` is the difference between the first and the last day, None while there is only one. `is_of_top`: the value
    means something only beside the end of its scale.
    """

    label: str
    value: int
    top: int
    change: int | None
    is_good: bool
    is_of_top: bool
    line: str
    area: str
    x: float
    y: float
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a list of bars; `width` in units of the drawing."""

    label: str
    count: int
    width: float
    href: str = ""
    value: str = ""


def list_trends(days: Sequence[DayPoint], measures: Sequence[Measure] = MEASURES) -> list[Trend]:
    """Return the trend of each figure that has a value on at least one of the days."""
    return [trend for measure in measures if (trend := _trend(measure, days)) is not None]


def list_bars(counts: Sequence[tuple[str, int]], *, hrefs: Sequence[str] = ()) -> list[Bar]:
    """Return bars scaled to the greatest."""
    most = max((count for _label, count in counts), default=0) or 1
    links = [*hrefs, *("" for _one in counts)]
    return [
        Bar(label, count, round(WIDTH * count / most, 1), href)
        for (label, count), href in zip(counts, links, strict=False)
    ]


def score_bar(label: str, score: int | None, *, href: str = "") -> Bar:
    """Return a bar of 0 to 100 points."""
    return Bar(label, score or 0, round(WIDTH * (score or 0) / 100, 1), href, "–" if score is None else str(score))


def _trend(measure: Measure, days: Sequence[DayPoint]) -> Trend | None:
    known = [(point.day, value) for point in days if (value := measure.read(point.figures)) is not None]
    if not known:
        return None
    top = measure.top or max(1, *(value for _day, value in known))
    (first, begin), (last, end) = known[0], known[-1]
    length = max(1, (last - first).days)
    places = [(_x((day - first).days / length, is_single=len(known) == 1), _y(value / top)) for day, value in known]
    line = " ".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(places))
    change = end - begin if len(known) > 1 else None
    return Trend(
        label=str(measure.label),
        value=end,
        top=top,
        change=change,
        is_good=(end < begin) if measure.is_less_better else (end > begin),
        is_of_top=measure.top is not None,
        line=line if len(known) > 1 else "",
        area=f"{line} L{places[-1][0]:.1f} {HEIGHT} L{places[0][0]:.1f} {HEIGHT} Z" if len(known) > 1 else "",
        x=round(places[-1][0], 1),
        y=round(places[-1][1], 1),
        first=first,
        last=last,
    )


def _x(share: float, *, is_single: bool) -> float:
    """A single day stands in the middle."""
    return WIDTH / 2 if is_single else _MARGIN + share * (WIDTH - 2 * _MARGIN)


def _y(share: float) -> float:
    return HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN)
