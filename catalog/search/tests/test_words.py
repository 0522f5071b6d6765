"""Words: folded, split, and compounds taken apart without finding what is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.queries import MAX_WORDS, parse
from catalog.search.words import fold, list_parts, narrow, widen


@pytest.mark.parametrize(
    ("compound", "part"),
    [
        ("abfallkalender", "kalender"),
        ("hundesteuer", "steuer"),
        ("hundesteueranmeldung", "anmeldung"),
        ("bewohnerparkausweis", "ausweis"),
        ("bewohnerparkausweis", "park"),
        ("geburtsurkunde", "geburt"),
        ("sperrmuell", "muell"),
        ("fuehrerscheinstelle", "schein"),
        ("wohngeldantrag", "antrag"),
    ],
)
def test_a_compound_has_its_parts(compound: str, part: str) -> None:
    assert part in list_parts(compound)


@pytest.mark.parametrize(
    ("word", "stranger"), [("kinderbetreuung", "inder"), ("beratung", "rat"), ("verwaltung", "alt")]
)
def test_a_part_starts_or_ends_at_a_seam(word: str, stranger: str) -> None:
    assert stranger not in list_parts(word)


def test_umlauts_are_found_in_both_spellings() -> None:
    assert fold("Müll-Größe") == "muell-groesse"
    assert {"müll", "muell"} <= set(widen("Müll").split())
    assert narrow("Hunde, Hündin; Hunde") == "hunde huendin"


@given(st.text(max_size=300))
def test_any_query_is_taken_apart(text: str) -> None:
    query = parse(text)
    assert len(query.words) <= MAX_WORDS
    assert all(word.isalnum() for word in query.words)
