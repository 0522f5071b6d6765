"""Names on the map, placed so that they cover neither each other nor a mark. Pure Python.

Every name has a few places around its mark, each at a price. Names choose in turn, the heaviest first, and choose again
while that makes the whole cheaper: simple, quick for a region's few dozen names, and always the same result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from federation.umbrella.mapgeometry import Box, Point, around, is_inside

Anchor = Literal["start", "middle", "end"]

# Fira Sans, medium weight: the mean width of a letter in names, a little on the safe side.
LETTER_WIDTH: Final = 0.57
LINE_HEIGHT: Final = 1.2
_ROUNDS: Final = 8
_MARK_PRICE: Final = 4.0
_NAME_PRICE: Final = 4.0
_EDGE_PRICE: Final = 12.0
_STRAY_PRICE: Final = 25.0
_CLEARANCE: Final = 1.0
# Of sums of the same prices in another order.
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Label:
    """A name's place: the point of SVG's text element (on the baseline), its anchor and the room it takes."""

    x: float
    y: float
    anchor: Anchor
    box: Box
    font: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A name that wants a place at its mark; an optional one goes without if it would cover something."""

    text: str
    point: Point
    radius: float
    font: float
    weight: int = 0
    is_optional: bool = False


def text_width(text: str, font: float) -> float:
    """Estimate how wide a text is."""
    return len(text) * font * LETTER_WIDTH


def place_names(wishes: Sequence[Wish], *, marks: Sequence[Box], canvas: Box) -> list[Label | None]:
    """Return a place for each name, in the order of the wishes; None for an optional one that finds no free place."""
    order = sorted(range(len(wishes)), key=lambda i: (wishes[i].is_optional, -wishes[i].weight, wishes[i].text))
    options = [_options(wish) for wish in wishes]
    fixed = [[rank + _fixed_price(label.box, marks, canvas) for rank, label in enumerate(row)] for row in options]
    chosen: dict[int, int] = {}
    for _round in range(_ROUNDS):
        changed = False
        for i in order:
            others = [options[j][k].box for j, k in chosen.items() if j != i]
            best = _cheapest(options[i], fixed[i], others)
            changed = changed or chosen.get(i) != best
            chosen[i] = best
        if not changed:
            break
    return _without_covering(wishes, [options[i][chosen[i]] for i in range(len(wishes))], marks)


def _cheapest(places: Sequence[Label], fixed: Sequence[float], others: Sequence[Box]) -> int:
    prices = [
        price + _NAME_PRICE * sum(label.box.overlap(other) for other in others)
        for label, price in zip(places, fixed, strict=True)
    ]
    return prices.index(min(prices))


def _fixed_price(box: Box, marks: Sequence[Box], canvas: Box) -> float:
    return _MARK_PRICE * sum(box.overlap(mark) for mark in marks) + _EDGE_PRICE * box.outside(canvas)


def _options(wish: Wish) -> list[Label]:
    """List the places of a name, the most welcome first: beside, below, above, then askew, then further off."""
    x, y = wish.point
    rise = wish.font * 0.35
    found: list[Label] = []
    for gap in (wish.radius + 7, wish.radius + 11):
        low, high = y + gap + wish.font * 0.85, y - gap - wish.font * 0.1
        slant = gap * 0.75
        found += [
            _label(wish, (x + gap, y + rise), "start"),
            _label(wish, (x - gap, y + rise), "end"),
            _label(wish, (x, low), "middle"),
            _label(wish, (x, high), "middle"),
            _label(wish, (x + slant, y + slant + rise), "start"),
            _label(wish, (x + slant, y - slant + rise), "start"),
            _label(wish, (x - slant, y + slant + rise), "end"),
            _label(wish, (x - slant, y - slant + rise), "end"),
            _label(wish, (x - gap, low), "start"),
            _label(wish, (x + gap, low), "end"),
            _label(wish, (x - gap, high), "start"),
            _label(wish, (x + gap, high), "end"),
        ]
    return found


def _label(wish: Wish, base: Point, anchor: Anchor) -> Label:
    width = text_width(wish.text, wish.font)
    left = {"start": base[0], "middle": base[0] - width / 2, "end": base[0] - width}[anchor]
    top = base[1] - wish.font * 0.9
    box = Box(left - _CLEARANCE, top, left + width + _CLEARANCE, top + wish.font * LINE_HEIGHT)
    return Label(round(base[0], 1), round(base[1], 1), anchor, box, wish.font)


def _without_covering(wishes: Sequence[Wish], labels: Sequence[Label], marks: Sequence[Box]) -> list[Label | None]:
    kept: list[Label | None] = [None if wish.is_optional else labels[i] for i, wish in enumerate(wishes)]
    for i, wish in enumerate(wishes):
        taken = [*marks, *(label.box for label in kept if label is not None)]
        if wish.is_optional and not any(labels[i].box.overlap(box) for box in taken):
            kept[i] = labels[i]
    return kept


def place_area_names(
    areas: Sequence[tuple[str, Sequence[Point]]], *, font: float, taken: Sequence[Box], canvas: Box
) -> list[Label]:
    """Return a place for the name of each outline: on it and not on another, where it covers least, near its top."""
    boxes = list(taken)
    found: list[Label] = []
    for i, (name, outline) in enumerate(areas):
        others = [other for j, (_name, other) in enumerate(areas) if j != i]
        half = (text_width(name, font) / 2 + font * 0.7, font * 0.95)
        x, y = _cheapest_place(_area_places(outline, half, canvas), half, outline=outline, others=others, taken=boxes)
        label = Label(round(x, 1), round(y + font * 0.35, 1), "middle", around((x, y), *half), font)
        found.append(label)
        boxes.append(label.box)
    return found


def _cheapest_place(
    places: Sequence[Point],
    half: Point,
    *,
    outline: Sequence[Point],
    others: Sequence[Sequence[Point]],
    taken: Sequence[Box],
) -> Point:
    """Return the first of the cheapest places. What is dearer already is not looked at closely: there are thousands."""
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    middle, top = (min(xs) + max(xs)) / 2, min(ys)
    best, best_price = places[0], math.inf
    for place in places:
        box = around(place, *half)
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        off, down = abs(x - middle) * 0.1, (y - top) * 0.2
        if off + down > best_price + _TOLERANCE:
            continue
        stray = _stray(box, outline, others) * _STRAY_PRICE
        if stray + off + down > best_price + _TOLERANCE:
            continue
        price = sum(box.overlap(other) for other in taken) * _MARK_PRICE + stray + off + down
        if price < best_price:
            best, best_price = place, price
    return best


def _stray(box: Box, outline: Sequence[Point], others: Sequence[Sequence[Point]]) -> int:
    """Count how much of a name stands beside its outline, and four times how much on another one."""
    y = (box.top + box.bottom) / 2
    ends = ((box.left, y), ((box.left + box.right) / 2, y), (box.right, y))
    return sum(not is_inside(end, outline) for end in ends) + 4 * sum(
        is_inside(end, other) for end in ends for other in others
    )


def _area_places(outline: Sequence[Point], half: Point, canvas: Box) -> list[Point]:
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    across = _steps(max(canvas.left + half[0], min(xs) - half[0]), min(canvas.right - half[0], max(xs) + half[0]))
    down = _steps(max(canvas.top + half[1], min(ys) - half[1]), min(canvas.bottom - half[1], max(ys) + half[1]))
    return [(x, y) for y in down for x in across] or [((min(xs) + max(xs)) / 2, min(ys))]


def _steps(start: float, end: float) -> list[float]:
    count = int((end - start) // 6) + 1
    return [start + 6 * step for step in range(count)] if end >= start else []
