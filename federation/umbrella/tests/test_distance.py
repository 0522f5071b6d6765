"""Distances and what a browser may send as a position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.umbrella.distance import EARTH_RADIUS_KM, Position, distance_km, parse_position

positions = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
HALF_ROUND_KM = EARTH_RADIUS_KM * 3.14159266


def test_a_known_distance() -> None:
    gladbeck, dorsten = Position(51.57077, 6.98593), Position(51.66166, 6.96514)
    assert distance_km(gladbeck, dorsten) == pytest.approx(10.2, abs=0.1)


@given(positions, positions)
def test_it_is_the_same_both_ways_and_never_more_than_half_round(first: Position, second: Position) -> None:
    there = distance_km(first, second)
    assert there == pytest.approx(distance_km(second, first), abs=1e-6)
    assert 0 <= there <= HALF_ROUND_KM


@given(positions, positions, positions)
def test_a_detour_is_never_shorter(first: Position, second: Position, third: Position) -> None:
    assert distance_km(first, third) <= distance_km(first, second) + distance_km(second, third) + 1e-6


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("51.57077", "6.98593", Position(51.57, 6.99)),
        ("51", "7", Position(51.0, 7.0)),
        ("-51.5", "+7.1", Position(-51.5, 7.1)),
        ("91", "7", None),
        ("51", "181", None),
        ("", "", None),
        ("nan", "inf", None),
        ("1e2", "7", None),
        ("51,5", "7,1", None),
        ("５１", "7", None),
        ("51.5\n", "7", None),
        ("51; DROP", "7", None),
    ],
)
def test_a_position_is_rounded_or_refused(latitude: str, longitude: str, position: Position | None) -> None:
    assert parse_position(latitude, longitude) == position


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_may_be_sent(latitude: str, longitude: str) -> None:
    position = parse_position(latitude, longitude)
    assert position is None or (abs(position.latitude) <= 90 and abs(position.longitude) <= 180)
