"""The map: inside its frame, readable, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.umbrella.distance import Position
from federation.umbrella.mapgeometry import Box, convex_hull, is_inside, make_room
from federation.umbrella.maplayout import NARROW, WIDE, District, Format, MapLayout, Spot, forget_drawings, lay_out
from tenants.provisioning.areas import list_areas

FORMATS = pytest.mark.parametrize("form", [WIDE, NARROW], ids=["wide", "narrow"])


def region(*prefixes: str, district: str = "", is_small: bool = False) -> list[Spot]:
    """Return the municipalities of the official list whose keys begin so."""
    return [
        Spot(
            key=area.slug,
            name=area.name,
            position=Position(area.latitude or 0, area.longitude or 0),
            area=district,
            is_small=is_small,
            weight=area.population or 0,
        )
        for area in list_areas().values()
        if area.ags.startswith(prefixes) and area.kind != "district"
    ]


def emscher_lippe(form: Format) -> MapLayout:
    spots = region("05562", district="kreis") + region("05512", "05513")
    return lay_out(spots, [District("kreis", "Kreis Recklinghausen")], form)


def muensterland(form: Format) -> MapLayout:
    spots = region("05558", district="coe", is_small=True) + region("05570", district="waf", is_small=True)
    return lay_out(
        spots + region("05515", "05915"), [District("coe", "Kreis Coesfeld"), District("waf", "Kreis Warendorf")], form
    )


def boxes_of(layout: MapLayout) -> list[Box]:
    spots = [*layout.spots, *(spot for district in layout.districts for spot in district.small_spots)]
    return [spot.label.box for spot in spots if spot.label] + [district.label.box for district in layout.districts]


@FORMATS
@pytest.mark.parametrize("build", [emscher_lippe, muensterland])
def test_no_name_covers_another_in_the_regions_of_the_demo(build: Callable[[Format], MapLayout], form: Format) -> None:
    layout = build(form)
    boxes = boxes_of(layout)
    for first, second in combinations(boxes, 2):
        assert first.overlap(second) < 12
    canvas = Box(0, 0, layout.width, layout.height)
    assert all(box.outside(canvas) == 0 for box in boxes)


@FORMATS
def test_every_town_with_a_portal_has_its_name_and_room_to_be_hit(form: Format) -> None:
    layout = emscher_lippe(form)
    assert len(layout.spots) == 12
    assert all(spot.label for spot in layout.spots)
    for first, second in combinations(layout.spots, 2):
        assert (first.x - second.x) ** 2 + (first.y - second.y) ** 2 >= 24**2


def test_towns_come_from_north_to_south() -> None:
    names = [spot.name for spot in emscher_lippe(WIDE).spots]
    assert (names[0], names[-1]) == ("Haltern am See", "Gelsenkirchen")


def test_a_district_holds_its_towns_without_a_portal() -> None:
    coesfeld, warendorf = muensterland(WIDE).districts
    assert {spot.name for spot in coesfeld.small_spots} >= {"Coesfeld", "Dülmen"}
    assert "Warendorf" in {spot.name for spot in warendorf.small_spots}


def test_the_same_region_is_drawn_the_same() -> None:
    first = emscher_lippe(WIDE)
    forget_drawings()
    again = emscher_lippe(WIDE)
    assert again == first
    assert again is not first


def test_a_drawing_is_remembered_until_its_own_places_change() -> None:
    first = emscher_lippe(WIDE)
    assert emscher_lippe(WIDE) is first
    assert emscher_lippe(NARROW) is not first
    assert lay_out(region("05562"), [], WIDE) is not first


@FORMATS
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_or_no_towns_are_no_trouble(form: Format, count: int) -> None:
    spots = [Spot(str(i), "Ort", Position(51.5, 7.0)) for i in range(count)]
    layout = lay_out(spots, [District("leer", "Kreis Leer")], form)
    assert len(layout.spots) == count


places = st.builds(Position, st.floats(47, 55), st.floats(6, 15))


@settings(max_examples=40, deadline=None)
@given(st.lists(places, max_size=25), st.sampled_from([WIDE, NARROW]))
def test_every_mark_lies_in_the_frame(positions: list[Position], form: Format) -> None:
    spots = [Spot(str(i), f"Ort {i}", position) for i, position in enumerate(positions)]
    layout = lay_out(spots, [], form)
    assert all(0 < spot.x < layout.width and 0 < spot.y < layout.height for spot in layout.spots)


points = st.tuples(st.floats(0, 100), st.floats(0, 100))


@given(st.lists(points, min_size=3, max_size=30, unique=True))
def test_a_hull_is_made_of_points_and_turns_one_way(given_points: list[tuple[float, float]]) -> None:
    hull = convex_hull(sorted(given_points))
    assert set(hull) <= set(given_points)
    if len(hull) > 2:
        middle = (sum(x for x, _y in hull) / len(hull), sum(y for _x, y in hull) / len(hull))
        assert is_inside(middle, hull) or len(set(given_points)) < 3 or _is_flat(hull)


def _is_flat(hull: list[tuple[float, float]]) -> bool:
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(hull, [*hull[1:], hull[0]], strict=True))
    return abs(doubled) < 1e-6


def test_two_towns_in_one_place_are_parted() -> None:
    first, second = make_room([(50, 50), (50, 50)], gap=20, inner=Box(0, 0, 100, 100))
    assert abs(first[0] - second[0]) >= 19.9
