"""Which value holds: each layer may set what it does not find locked; the lowest layer that may speak wins."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from catalog.resolution.values import (
    FIELD_KEYS,
    FIELDS,
    EffectiveService,
    EffectiveValue,
    FieldKey,
    Layer,
    LayerRow,
    ServiceHead,
    StackEntry,
)

# Most fields of most services are empty in most languages: they share one value that can't change.
_EMPTY: Final = {
    key: EffectiveValue(key=key, value=None, provenance=None, locked_by=None, stack=()) for key in FIELD_KEYS
}


def resolve(service: ServiceHead, layers: Iterable[LayerRow]) -> EffectiveService:
    """Return what holds for every field in every language, from the rows that apply in one place.

    The order of the rows means nothing: layers come in the order of `Layer`, on one layer the longer area is closer.
    A locked row locks its field in every language: nothing below it holds, but what is below stays in the stack.
    Rows of unknown fields are left out.

    Raises: ValueError when two rows stand for the same layer, area, field and language.
    """
    stacks: dict[FieldKey, list[LayerRow]] = {}
    locks: dict[str, LayerRow] = {}
    for row in sorted(layers, key=closeness):
        key = row.key
        if key in _EMPTY:
            stacks.setdefault(key, []).append(row)
            if row.is_locked:
                locks.setdefault(row.field, row)
    for name in locks:
        for language in FIELDS[name].languages:
            stacks.setdefault(FieldKey(name, language), [])
    values = {**_EMPTY, **{key: _resolve_field(key, rows, locks.get(key.field)) for key, rows in stacks.items()}}
    return EffectiveService(service, values)


def applies_in(row: LayerRow, *, ars: str, region: str) -> bool:
    """Whether a row speaks for the place with this ARS in this region."""
    return area_covers(row.provenance.layer, row.provenance.area, ars=ars, region=region)


def area_covers(layer: Layer, area: str, *, ars: str, region: str) -> bool:
    """Whether an area holds a place.

    A prefix of the ARS, or from the region's layer downwards the name of a region; "" is everywhere.
    """
    if area and not area.isdigit():
        return layer.rank >= Layer.REGION.rank and area == region
    return ars.startswith(area)


def closeness(row: LayerRow) -> tuple[int, bool, int, str]:
    """Return the place of a row in its stack, for sorting.

    On one layer a tenant's own row is closer than a shared one, and a longer area closer than a shorter one.
    """
    origin = row.provenance
    return (origin.layer.rank, bool(origin.owner), len(origin.area), origin.area)


def _resolve_field(key: FieldKey, rows: list[LayerRow], lock: LayerRow | None) -> EffectiveValue:
    _refuse_doubles(key, rows)
    live = [row for row in rows if lock is None or closeness(row) <= closeness(lock)]
    winner = live[-1] if live else None
    return EffectiveValue(
        key=key,
        value=winner.value if winner else None,
        provenance=winner.provenance if winner else None,
        locked_by=lock.provenance if lock else None,
        stack=tuple(StackEntry(row, is_shadowed=place >= len(live)) for place, row in enumerate(rows)),
    )


def _refuse_doubles(key: FieldKey, rows: list[LayerRow]) -> None:
    for above, below in pairwise(rows):
        if closeness(above) == closeness(below):
            message = f"two rows of layer {above.provenance.layer} for {key.field!r} in {key.language!r}"
            raise ValueError(message)
