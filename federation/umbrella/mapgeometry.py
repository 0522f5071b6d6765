"""Plane geometry of the schematic map: projection, room between points, hulls, boxes. Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin
from typing import Final

from federation.umbrella.distance import Position

Point = tuple[float, float]

STRETCH: Final = 1.5
_CIRCLE_STEPS: Final = 20
_PUSHES: Final = 40


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Units: those of the drawing; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def outside(self, other: Box) -> float:
        """Return the area of this rectangle that lies outside of the other."""
        return (self.right - self.left) * (self.bottom - self.top) - self.overlap(other)


def around(center: Point, half_width: float, half_height: float) -> Box:
    """Return the rectangle around a point."""
    x, y = center
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def project(positions: Sequence[Position]) -> list[Point]:
    """Return plane coordinates in degrees of latitude: equirectangular, true at the middle latitude."""
    if not positions:
        return []
    latitudes = [position.latitude for position in positions]
    shrink = cos(radians((min(latitudes) + max(latitudes)) / 2))
    return [(position.longitude * shrink, -position.latitude) for position in positions]


def fit(points: Sequence[Point], inner: Box) -> list[Point]:
    """Scale points and centre them in a rectangle: evenly, or up to `STRETCH` more in the direction with room left."""
    if not points:
        return []
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    room = (inner.right - inner.left, inner.bottom - inner.top)
    by_width, by_height = (room[0] / width) if width else 1e9, (room[1] / height) if height else 1e9
    even = min(by_width, by_height) if width or height else 1.0
    scale = (min(by_width, even * STRETCH), min(by_height, even * STRETCH))
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    centre = ((inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2)
    return [(centre[0] + (x - middle[0]) * scale[0], centre[1] + (y - middle[1]) * scale[1]) for x, y in points]


def aspect(points: Sequence[Point]) -> float:
    """Return height by width of what the points span; 1 when they span nothing."""
    if not points:
        return 1.0
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    return height / width if width and height else 1.0


def make_room(points: Sequence[Point], *, gap: float, inner: Box) -> list[Point]:
    """Push points apart that are closer than `gap`, so that each can be seen and hit; the map is schematic."""
    placed = [list(point) for point in points]
    for _round in range(_PUSHES):
        moved = False
        for i, first in enumerate(placed):
            for second in placed[i + 1 :]:
                moved = _push(first, second, gap) or moved
        for point in placed:
            point[0] = min(max(point[0], inner.left), inner.right)
            point[1] = min(max(point[1], inner.top), inner.bottom)
        if not moved:
            break
    return [(point[0], point[1]) for point in placed]


def _push(first: list[float], second: list[float], gap: float) -> bool:
    dx, dy = second[0] - first[0], second[1] - first[1]
    length = hypot(dx, dy)
    if length >= gap - 0.01:
        return False
    # Two points in the same place part sideways.
    unit = (dx / length, dy / length) if length > 1e-9 else (1.0, 0.0)
    step = (gap - length) / 2
    first[0], first[1] = first[0] - unit[0] * step, first[1] - unit[1] * step
    second[0], second[1] = second[0] + unit[0] * step, second[1] + unit[1] * step
    return True


def padded_hull(points: Sequence[Point], padding: float) -> list[Point]:
    """Return the corners of the convex hull around circles of radius `padding` at the points."""
    angles = [2 * pi * step / _CIRCLE_STEPS for step in range(_CIRCLE_STEPS)]
    circles = {
        (round(x + padding * cos(angle), 1), round(y + padding * sin(angle), 1)) for x, y in points for angle in angles
    }
    return convex_hull(sorted(circles))


def convex_hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the convex hull of sorted points. Source: Andrew's monotone chain."""
    if len(points) < 3:
        return list(points)
    return _half(points)[:-1] + _half(points[::-1])[:-1]


def _half(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def is_inside(point: Point, hull: Sequence[Point]) -> bool:
    """Tell whether a point lies in a convex hull."""
    pairs = zip(hull, [*hull[1:], *hull[:1]], strict=True)
    return len(hull) > 2 and all(_turn(a, b, point) >= 0 for a, b in pairs)
