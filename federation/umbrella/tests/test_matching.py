"""Names are found however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.umbrella.matching import Quality, find, forms_of, postcode_of, without_name

NAMES = [
    "Bottrop", "Castrop-Rauxel", "Datteln", "Dorsten", "Dülmen", "Düren", "Gelsenkirchen", "Gladbeck", "Gütersloh",
    "Haltern am See", "Hamm", "Herten", "Kreis Recklinghausen", "Marl", "Münster", "Oer-Erkenschwick",
    "Recklinghausen", "Waltrop", "Wiesmoor",
]  # fmt: skip


def found(query: str) -> list[str]:
    return [match.item for match in find(query, NAMES, names=lambda name: (name,))]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Gladbeck", "Gladbeck"),
        ("gla", "Gladbeck"),
        ("Castrop", "Castrop-Rauxel"),
        ("castrop rauxel", "Castrop-Rauxel"),
        ("CastropRauxel", "Castrop-Rauxel"),
        ("Rauxel", "Castrop-Rauxel"),
        ("Muenster", "Münster"),
        ("Munster", "Münster"),
        ("münster", "Münster"),
        ("Duelmen", "Dülmen"),
        ("guetersloh", "Gütersloh"),
        ("See", "Haltern am See"),
        ("Gldabeck", "Gladbeck"),
        ("Reklinghausen", "Recklinghausen"),
        ("Gelsenkirhcen", "Gelsenkirchen"),
        ("Wismoor", "Wiesmoor"),
        ("Recklinghausen", "Recklinghausen"),
        ("Kreis", "Kreis Recklinghausen"),
    ],
)
def test_a_town_is_found(query: str, first: str) -> None:
    assert found(query)[0] == first


@pytest.mark.parametrize("query", ["", "   ", "!?", "Paris", "xyzzy", "ab"])
def test_nothing_is_found_for_what_is_no_town(query: str) -> None:
    assert found(query) == []


def test_slips_are_forgiven_only_when_nothing_fits_without() -> None:
    qualities = {match.quality for match in find("Marl", [*NAMES, "Mark"], names=lambda name: (name,))}
    assert qualities == {Quality.SAME}


def test_equals_keep_their_order() -> None:
    assert found("d") == ["Datteln", "Dorsten", "Dülmen", "Düren"]


@given(st.sampled_from(NAMES), st.integers(2, 20))
def test_every_beginning_of_a_name_finds_it(name: str, length: int) -> None:
    assert name in found(name[:length])


@given(st.sampled_from(NAMES))
def test_a_whole_name_comes_first_in_any_spelling(name: str) -> None:
    for spelling in (name.upper(), name.lower(), *forms_of(name)):
        assert found(spelling)[0] == name


@given(st.text(max_size=200))
def test_any_text_can_be_typed(text: str) -> None:
    assert set(found(text)) <= set(NAMES)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("45964", "45964"),
        (" 45 964 ", "45964"),
        ("459", "459"),
        ("4", ""),
        ("459645", ""),
        ("4596a", ""),
        ("４５９６４", ""),
    ],
)
def test_postcodes_are_told_from_names(text: str, digits: str) -> None:
    assert postcode_of(text) == digits


@pytest.mark.parametrize(
    ("query", "name", "rest"),
    [
        ("Sperrmüll Gladbeck", "Gladbeck", "Sperrmüll"),
        ("Sperrmüll in Gladbeck abholen", "Gladbeck", "Sperrmüll abholen"),
        ("hund anmelden castrop-rauxel", "Castrop-Rauxel", "hund anmelden"),
        ("Osterfeuer Haltern am See", "Haltern am See", "Osterfeuer"),
        ("Hund Muenster", "Münster", "Hund"),
        ("Gladbeck", "Gladbeck", ""),
        ("Hund anmelden", "Gladbeck", ""),
    ],
)
def test_a_town_is_taken_out_of_a_query(query: str, name: str, rest: str) -> None:
    assert without_name(query, name) == rest
