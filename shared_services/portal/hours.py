"""Whether the town hall is open: pure functions over spans of time, in the portal's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal

_LOOK_AHEAD_DAYS: Final = 14

TodayState = Literal["open", "opens_later", "closed", "unknown"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An opening on one day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class ExceptionDay:
    """A date on which other hours hold; no spans: closed. `note` is in the reader's language."""

    day: date
    spans: tuple[Span, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayHours:
    """One row of the table of a week. `exception` replaces the usual spans on that date."""

    day: date
    spans: tuple[Span, ...]
    is_today: bool
    exception: ExceptionDay | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What holds now. `until` when open; `opens_at` when it opens later today; else `next_day` with `opens_at`."""

    state: TodayState
    until: time | None = None
    opens_at: time | None = None
    next_day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """Usual spans by weekday (1 is Monday) and the days that differ."""

    usual: tuple[tuple[int, Span], ...] = ()
    exceptions: tuple[ExceptionDay, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anybody entered hours at all."""
        return bool(self.usual)

    def exception_on(self, day: date) -> ExceptionDay | None:
        """Return the exception of a date, or None."""
        return next((one for one in self.exceptions if one.day == day), None)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return when it is open on a date, exceptions regarded."""
        exception = self.exception_on(day)
        if exception is not None:
            return exception.spans
        return self.usual_on(day.isoweekday())

    def usual_on(self, weekday: int) -> tuple[Span, ...]:
        """Return the usual spans of a weekday in order."""
        return tuple(sorted(span for number, span in self.usual if number == weekday))


def today_at(week: Week, now: datetime) -> Today:
    """Say whether it is open at a local moment, until when, or when it opens next."""
    if not week.is_known:
        return Today("unknown")
    clock = now.time().replace(tzinfo=None)
    exception = week.exception_on(now.date())
    note = exception.note if exception else ""
    spans = week.spans_on(now.date())
    for span in spans:
        if span.opens <= clock < span.closes:
            return Today("open", until=span.closes, note=note)
    later = [span.opens for span in spans if span.opens > clock]
    if later:
        return Today("opens_later", opens_at=min(later), note=note)
    return _closed(week, now.date(), note)


def _closed(week: Week, today: date, note: str) -> Today:
    for ahead in range(1, _LOOK_AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        spans = week.spans_on(day)
        if spans:
            return Today("closed", next_day=day, opens_at=spans[0].opens, note=note)
    return Today("closed", note=note)


def week_from(week: Week, today: date) -> list[DayHours]:
    """List Monday to Sunday of the running week with its exceptions; days without hours at the weekend stay listed."""
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=number) for number in range(7))
    return [
        DayHours(day=day, spans=week.spans_on(day), is_today=day == today, exception=week.exception_on(day))
        for day in days
    ]


def overlapping(spans: Iterable[Span]) -> bool:
    """Tell whether two spans of one day overlap or touch in the wrong order."""
    ordered: Sequence[Span] = sorted(spans)
    return any(first.closes > second.opens for first, second in pairwise(ordered))
