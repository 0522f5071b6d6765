"""The schematic map of a region: where towns, districts and their names stand. Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from federation.umbrella.distance import Position
from federation.umbrella.mapgeometry import Box, Point, around, aspect, fit, make_room, padded_hull, project
from federation.umbrella.maplabels import Label, Wish, place_area_names, place_names


@dataclass(frozen=True, slots=True)
class Spot:
    """A municipality to draw. `area` is the key of its district; without a portal of its own it is drawn small."""

    key: str
    name: str
    position: Position
    area: str = ""
    is_small: bool = False
    weight: int = 0


@dataclass(frozen=True, slots=True)
class District:
    """A district to draw around its spots."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Format:
    """How large the drawing and its letters are. Units: those of the drawing, about CSS pixels."""

    width: float
    font: float
    small_font: float
    margin: float
    radius: float
    gap: float
    lowest: float
    tallest: float
    names_small_spots: bool = True


# A region is drawn anew when its own places change, not whenever the directory of all sites does.
_DRAWINGS: Final = 64

WIDE: Final = Format(width=640, font=16, small_font=13, margin=48, radius=9, gap=30, lowest=0.55, tallest=0.95)
# Stretched where the region is flat: names need the height more than a schematic map needs true angles.
NARROW: Final = Format(
    width=320, font=14, small_font=11, margin=30, radius=7, gap=28, lowest=0.9, tallest=1.3, names_small_spots=False
)


@dataclass(frozen=True, slots=True)
class PlacedSpot:
    """A town's mark and its name."""

    key: str
    name: str
    x: float
    y: float
    radius: float
    area: str
    is_small: bool
    label: Label | None


@dataclass(frozen=True, slots=True)
class PlacedDistrict:
    """A district's soft outline, its name, and the towns in it that have no portal of their own."""

    key: str
    name: str
    outline: str
    label: Label
    small_spots: tuple[PlacedSpot, ...]


@dataclass(frozen=True, slots=True)
class MapLayout:
    """A drawing, ready for SVG. `spots` are those with a portal of their own, from north to south."""

    width: float
    height: float
    font: float
    spots: tuple[PlacedSpot, ...]
    districts: tuple[PlacedDistrict, ...]


def lay_out(spots: Sequence[Spot], districts: Sequence[District], form: Format) -> MapLayout:
    """Return the drawing of a region in one format; the last ones are remembered."""
    return _drawn(tuple(spots), tuple(districts), form)


@lru_cache(maxsize=_DRAWINGS)
def _drawn(spots: tuple[Spot, ...], districts: tuple[District, ...], form: Format) -> MapLayout:
    plane = project([spot.position for spot in spots])
    room = form.width - 2 * form.margin
    height = round(min(max(aspect(plane), form.lowest), form.tallest) * room + 2 * form.margin)
    canvas = Box(2, 2, form.width - 2, height - 2)
    inner = Box(form.margin, form.margin, form.width - form.margin, height - form.margin)
    points = _spread(spots, fit(plane, inner), form=form, inner=inner)
    outlines = [_outline(district, spots, points=points, form=form) for district in districts]
    labels, pills = _names(spots, districts, points=points, outlines=outlines, form=form, canvas=canvas)
    placed = [
        _placed(spot, point, label=label, form=form) for spot, point, label in zip(spots, points, labels, strict=True)
    ]
    return MapLayout(
        width=form.width,
        height=height,
        font=form.font,
        spots=tuple(sorted((spot for spot in placed if not spot.is_small), key=lambda spot: (spot.y, spot.x))),
        districts=tuple(
            PlacedDistrict(
                district.key,
                district.name,
                _path(outline),
                pill,
                tuple(spot for spot in placed if spot.is_small and spot.area == district.key),
            )
            for district, outline, pill in zip(districts, outlines, pills, strict=True)
        ),
    )


forget_drawings = _drawn.cache_clear


def _names(
    spots: Sequence[Spot],
    districts: Sequence[District],
    *,
    points: Sequence[Point],
    outlines: Sequence[Sequence[Point]],
    form: Format,
    canvas: Box,
) -> tuple[list[Label | None], list[Label]]:
    """Place the names of the spots (None for one without) and then those of the districts."""
    marks = [
        around(point, _radius(spot, form) + 1, _radius(spot, form) + 1)
        for spot, point in zip(spots, points, strict=True)
    ]
    is_named = [form.names_small_spots or not spot.is_small for spot in spots]
    wishes = [_wish(spot, point, form) for spot, point, named in zip(spots, points, is_named, strict=True) if named]
    placed = iter(place_names(wishes, marks=marks, canvas=canvas))
    labels = [next(placed) if named else None for named in is_named]
    seen = [mark for mark, named in zip(marks, is_named, strict=True) if named]
    pills = place_area_names(
        [(district.name, outline) for district, outline in zip(districts, outlines, strict=True)],
        font=form.font,
        taken=[*seen, *(label.box for label in labels if label is not None)],
        canvas=canvas,
    )
    return labels, pills


def _spread(spots: Sequence[Spot], points: Sequence[Point], *, form: Format, inner: Box) -> list[Point]:
    """Make room around the marks that are links; small ones stay where they are."""
    large = [i for i, spot in enumerate(spots) if not spot.is_small]
    moved = make_room([points[i] for i in large], gap=form.gap, inner=inner)
    spread = list(points)
    for i, point in zip(large, moved, strict=True):
        spread[i] = point
    return spread


def _outline(district: District, spots: Sequence[Spot], *, points: Sequence[Point], form: Format) -> list[Point]:
    own = [point for spot, point in zip(spots, points, strict=True) if spot.area == district.key]
    middle = (form.width / 2, form.width / 2)
    return padded_hull(own or [middle], form.radius * 2.2)


def _radius(spot: Spot, form: Format) -> float:
    return round(form.radius / 2.4, 1) if spot.is_small else form.radius


def _wish(spot: Spot, point: Point, form: Format) -> Wish:
    font = form.small_font if spot.is_small else form.font
    return Wish(
        text=spot.name,
        point=point,
        radius=_radius(spot, form),
        font=font,
        weight=spot.weight,
        is_optional=spot.is_small,
    )


def _placed(spot: Spot, point: Point, *, label: Label | None, form: Format) -> PlacedSpot:
    x, y = round(point[0], 1), round(point[1], 1)
    return PlacedSpot(spot.key, spot.name, x, y, _radius(spot, form), spot.area, spot.is_small, label)


def _path(corners: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
