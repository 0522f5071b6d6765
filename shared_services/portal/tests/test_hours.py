"""Whether it is open: pure functions."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from shared_services.portal.hours import ExceptionDay, Span, Week, overlapping, today_at, week_from
from shared_services.portal.hours_texts import spans_text, today_text

MORNING = Span(time(8), time(12))
AFTERNOON = Span(time(14), time(16, 30))
CHRISTMAS_EVE = date(2026, 12, 24)
WEEK = Week(
    usual=((1, MORNING), (1, AFTERNOON), (4, MORNING), (5, MORNING)),
    exceptions=(ExceptionDay(CHRISTMAS_EVE, (), "Heiligabend"),),
)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-23 08:00", "Heute geöffnet bis 12:00 Uhr"),
        ("2026-11-23 11:59", "Heute geöffnet bis 12:00 Uhr"),
        ("2026-11-23 12:00", "Heute wieder geöffnet ab 14:00 Uhr"),
        ("2026-11-23 16:30", "Jetzt geschlossen, wieder geöffnet am Donnerstag ab 8:00 Uhr"),
        ("2026-11-22 10:00", "Jetzt geschlossen, wieder geöffnet am Montag ab 8:00 Uhr"),
        ("2026-12-24 09:00", "Jetzt geschlossen, wieder geöffnet am Freitag ab 8:00 Uhr"),
    ],
)
def test_one_sentence_says_whether_it_is_open(now: str, text: str) -> None:
    assert today_text(today_at(WEEK, datetime.fromisoformat(now))) == text


def test_an_exception_tells_its_occasion() -> None:
    assert today_at(WEEK, datetime.fromisoformat("2026-12-24T09:00")).note == "Heiligabend"


def test_without_hours_nothing_is_claimed() -> None:
    assert today_text(today_at(Week(), datetime.fromisoformat("2026-11-23T09:00"))) == ""


def test_a_town_that_is_closed_for_weeks_names_no_day() -> None:
    closed = Week(usual=((1, MORNING),), exceptions=tuple(ExceptionDay(date(2026, 12, day)) for day in (7, 14, 21)))
    assert today_text(today_at(closed, datetime.fromisoformat("2026-12-07T09:00"))) == "Zurzeit geschlossen"


def test_the_week_starts_on_monday_and_knows_today() -> None:
    days = week_from(WEEK, CHRISTMAS_EVE)
    assert (days[0].day, days[-1].day) == (date(2026, 12, 21), date(2026, 12, 27))
    assert [day.day for day in days if day.is_today] == [CHRISTMAS_EVE]
    assert days[3].spans == ()


def test_times_of_a_day_in_words() -> None:
    assert spans_text(WEEK.usual_on(1)) == "8:00 bis 12:00 und 14:00 bis 16:30 Uhr"
    assert spans_text(()) == "geschlossen"


def test_overlapping_spans_are_noticed() -> None:
    assert overlapping([MORNING, Span(time(11), time(13))])
    assert not overlapping([AFTERNOON, MORNING])
