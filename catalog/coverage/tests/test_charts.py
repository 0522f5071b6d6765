"""Charts: one day looks right, many days make a line, and less can be better."""

from __future__ import annotations

import datetime as dt

from catalog.coverage.charts import HEIGHT, WIDTH, list_bars, list_trends, score_bar
from catalog.coverage.figures import Figures, figures_from, sum_figures
from catalog.coverage.selectors import DayPoint

MONDAY = dt.date(2026, 11, 23)


def days(*figures: Figures) -> list[DayPoint]:
    return [DayPoint(MONDAY + dt.timedelta(days=number), one) for number, one in enumerate(figures)]


def test_one_day_is_a_dot_in_the_middle() -> None:
    trends = {one.label: one for one in list_trends(days(Figures(services=5, scored=2, score_total=150)))}
    score = trends["Punktzahl im Durchschnitt"]
    assert (score.value, score.top, score.change, score.line) == (75, 100, None, "")
    assert (score.x, 0 < score.y < HEIGHT) == (WIDTH / 2, True)
    assert trends["Leistungen im Portal"].value == 5


def test_days_make_a_line_from_edge_to_edge() -> None:
    found = days(Figures(services=2), Figures(services=8), Figures(services=4))
    trend = next(one for one in list_trends(found) if one.label == "Leistungen im Portal")
    assert trend.line.count("L") == 2
    assert (trend.first, trend.last, trend.change, trend.is_good, trend.top) == (
        MONDAY,
        MONDAY + dt.timedelta(days=2),
        2,
        True,
        8,
    )


def test_fewer_broken_links_are_good() -> None:
    trends = list_trends(days(Figures(broken_links=3), Figures(broken_links=1)))
    assert next(one for one in trends if one.label == "Defekte Links").is_good


def test_what_is_not_scored_yet_has_no_score() -> None:
    assert "Punktzahl im Durchschnitt" not in {one.label for one in list_trends(days(Figures(services=3)))}
    assert list_trends([]) == []


def test_bars_are_scaled_to_the_greatest_and_nothing_divides_by_zero() -> None:
    assert [bar.width for bar in list_bars([("a", 1), ("b", 4)])] == [WIDTH / 4, WIDTH]
    assert [bar.width for bar in list_bars([("a", 0)])] == [0]
    assert (score_bar("a", None).value, score_bar("a", 50).width) == ("–", WIDTH / 2)


def test_sums_and_events_keep_every_figure() -> None:
    one = Figures(services=3, scored=2, score_total=120, online=1)
    assert sum_figures([one, one]).score == 60
    assert figures_from(one.as_dict()) == one
    assert figures_from({"services": 1, "of_a_later_release": 9}) == Figures(services=1)
