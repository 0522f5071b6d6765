"""Resolution: locks win, nothing is lost, provenance is real."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.resolution.resolve import applies_in, resolve
from catalog.resolution.values import (
    FIELD_KEYS,
    EffectiveService,
    FieldKey,
    Layer,
    LayerRow,
    Provenance,
    ServiceHead,
)

HEAD = ServiceHead(UUID(int=1), "hundesteuer-anmelden", Layer.MUNICIPALITY)
TITLE = FieldKey("title", "de")

AREAS = {Layer.FEDERATION: ("",), Layer.STATE: ("05",), Layer.REGION: ("", "emscher-lippe"), Layer.DISTRICT: ("05562",)}


def row(layer: Layer, value: str | None, *, key: FieldKey = TITLE, area: str = "", locked: bool = False) -> LayerRow:
    """Return a row of one layer."""
    return LayerRow(key.field, key.language, value, Provenance(layer, area, author=str(layer)), is_locked=locked)


def closeness(one: LayerRow) -> tuple[int, int]:
    """Return how close to the citizen a row stands: on one layer the longer area is closer."""
    return (one.provenance.layer.rank, len(one.provenance.area))


@st.composite
def layer_rows(draw: st.DrawFn) -> list[LayerRow]:
    """Draw rows as the database may hold them: at most one per layer, area, field and language."""
    keys = draw(st.lists(st.sampled_from(FIELD_KEYS[:6]), min_size=1, max_size=3, unique=True))
    places = [(layer, area) for layer in Layer for area in AREAS.get(layer, ("055620014014",))]
    found = []
    for key in keys:
        for layer, area in draw(st.lists(st.sampled_from(places), unique=True)):
            value = draw(st.one_of(st.none(), st.text(max_size=5)))
            found.append(row(layer, value, key=key, area=area, locked=draw(st.booleans())))
    return found


@given(layer_rows())
def test_every_field_appears_in_every_language(rows: list[LayerRow]) -> None:
    assert set(resolve(HEAD, rows).values) == set(FIELD_KEYS)


@given(layer_rows(), st.randoms(use_true_random=False))
def test_order_of_rows_means_nothing(rows: list[LayerRow], chance: Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert resolve(HEAD, rows) == resolve(HEAD, shuffled)


@given(layer_rows())
def test_provenance_names_a_layer_that_said_exactly_this(rows: list[LayerRow]) -> None:
    for key, effective in resolve(HEAD, rows).values.items():
        own = [one for one in rows if one.key == key]
        if effective.provenance is None:
            assert effective.value is None
            assert list(effective.shadowed) == sorted(own, key=closeness)
        else:
            assert (effective.value, effective.provenance) in [(one.value, one.provenance) for one in own]


@given(layer_rows())
def test_locks_always_win_in_every_language(rows: list[LayerRow]) -> None:
    for key, effective in resolve(HEAD, rows).values.items():
        locks = sorted((one for one in rows if one.field == key.field and one.is_locked), key=closeness)
        own = sorted((one for one in rows if one.key == key), key=closeness)
        if not locks:
            assert effective.locked_by is None
            assert effective.shadowed == ()
            assert effective.value == (own[-1].value if own else None)
            continue
        assert effective.locked_by == locks[0].provenance
        allowed = [one for one in own if closeness(one) <= closeness(locks[0])]
        assert effective.value == (allowed[-1].value if allowed else None)
        assert list(effective.shadowed) == own[len(allowed) :]


@given(layer_rows())
def test_nothing_is_lost(rows: list[LayerRow]) -> None:
    for key, effective in resolve(HEAD, rows).values.items():
        stacked = [entry.row for entry in effective.stack]
        assert sorted(stacked, key=repr) == sorted((one for one in rows if one.key == key), key=repr)


@given(layer_rows(), st.one_of(st.none(), st.text(max_size=5)), st.sampled_from(FIELD_KEYS[:6]))
def test_taking_an_override_away_gives_back_exactly_the_value_above(
    rows: list[LayerRow], value: str | None, key: FieldKey
) -> None:
    above = [one for one in rows if one.provenance.layer is not Layer.MUNICIPALITY]
    own = row(Layer.MUNICIPALITY, value, key=key, area="055620014014")
    before, during = resolve(HEAD, above), resolve(HEAD, [*above, own])
    assert resolve(HEAD, [one for one in [*above, own] if one is not own]) == before
    effective = during.values[key]
    if effective.locked_by is None:
        assert effective.value == value
        expected, beneath = before.values[key], effective.beneath
        assert (beneath.value if beneath else None) == expected.value
        assert (beneath.provenance if beneath else None) == expected.provenance
    else:
        assert effective.value == before.values[key].value
        assert own in effective.shadowed


@given(layer_rows(), layer_rows())
def test_fields_do_not_touch_each_other(rows: list[LayerRow], others: list[LayerRow]) -> None:
    kept = {one.field for one in rows}
    strangers = [one for one in others if one.field not in kept]
    alone, together = resolve(HEAD, rows), resolve(HEAD, [*rows, *strangers])
    assert all(alone.values[key] == together.values[key] for key in FIELD_KEYS if key.field in kept)


def test_a_tombstone_empties_a_value_and_is_no_missing_translation() -> None:
    rows = [row(Layer.REGION, "Hund"), row(Layer.MUNICIPALITY, None, key=FieldKey("title", "en"), area="05")]
    service = resolve(HEAD, rows)
    assert service.get("title", "en").is_tombstone
    assert not service.shown("title", "en").is_fallback
    assert service.shown("title", "en").value is None


def test_german_stands_in_for_a_missing_translation_and_says_so() -> None:
    shown = resolve(HEAD, [row(Layer.REGION, "Hund")]).shown("title", "en")
    assert (shown.value, shown.language, shown.is_fallback) == ("Hund", "de", True)


def test_a_longer_area_on_the_same_layer_is_closer() -> None:
    service = resolve(HEAD, [row(Layer.STATE, "eng", area="055"), row(Layer.STATE, "weit", area="05")])
    assert service.get("title", "de").value == "eng"


def test_two_rows_for_the_same_place_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        resolve(HEAD, [row(Layer.STATE, "a"), row(Layer.STATE, "b")])


def test_rows_of_unknown_fields_are_left_out() -> None:
    resolve(HEAD, [LayerRow("colour", "de", "blue", Provenance(Layer.STATE))])


@pytest.mark.parametrize(
    ("layer", "area", "expected"),
    [
        (Layer.FEDERATION, "", True),
        (Layer.STATE, "05", True),
        (Layer.STATE, "03", False),
        (Layer.REGION, "emscher-lippe", True),
        (Layer.REGION, "muensterland", False),
        (Layer.DISTRICT, "05562", True),
        (Layer.MUNICIPALITY, "emscher-lippe", True),
        (Layer.MUNICIPALITY, "muensterland", False),
        (Layer.STATE, "emscher-lippe", False),
    ],
)
def test_a_row_speaks_for_its_area_only(layer: Layer, area: str, *, expected: bool) -> None:
    found = applies_in(row(layer, "x", area=area), ars="055620014014", region="emscher-lippe")
    assert found is expected


def rows_of(service: EffectiveService) -> list[LayerRow]:
    """Return all rows that went into a service, in the order of their layers."""
    return [entry.row for value in service.values.values() for entry in value.stack]


@given(layer_rows(), st.data())
def test_merging_is_associative_over_layers(rows: list[LayerRow], data: st.DataObject) -> None:
    """It does not matter which neighbouring layers are merged first: what came of them says as much as the rows."""
    upper_end = data.draw(st.integers(0, len(Layer)))
    lower_begin = data.draw(st.integers(upper_end, len(Layer)))
    upper = [row for row in rows if row.provenance.layer.rank < upper_end]
    middle = [row for row in rows if upper_end <= row.provenance.layer.rank < lower_begin]
    lower = [row for row in rows if row.provenance.layer.rank >= lower_begin]
    from_above = resolve(HEAD, [*rows_of(resolve(HEAD, [*upper, *middle])), *lower])
    from_below = resolve(HEAD, [*upper, *rows_of(resolve(HEAD, [*middle, *lower]))])
    assert from_above == from_below == resolve(HEAD, rows)
