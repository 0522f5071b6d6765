"""Structured values: strict on the way in, readable on the way out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.formatting import format_deadline, format_fee, format_processing_time
from catalog.services.structured import (
    WrongValueError,
    clean_deadline,
    clean_fee,
    clean_online_service,
    clean_processing_time,
    clean_url,
)

FIXED = {"kind": "fixed", "amount_cents": 4800, "unit": "pro Jahr", "unit_en": "per year"}


def plain(text: str) -> str:
    """Return the text with ordinary spaces: amounts hold one that does not break."""
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("fee", "language", "expected"),
    [
        (FIXED, "de", "48,00 € pro Jahr"),
        (FIXED, "en", "€48.00 per year"),
        ({"kind": "free"}, "de", "kostenlos"),
        (
            {"kind": "range", "min_cents": 0, "max_cents": 123456, "unit": "je Fall"},
            "de",
            "0,00 € bis 1.234,56 € je Fall",
        ),
        ({"kind": "range", "min_cents": 500, "max_cents": 500}, "de", "5,00 €"),
    ],
)
def test_a_fee_is_written_as_people_read_it(fee: dict[str, Any], language: str, expected: str) -> None:
    assert plain(format_fee(clean_fee(fee), language).summary) == expected


def test_a_table_has_rows_and_its_span() -> None:
    rows = [
        {"label": "Ein Hund", "label_en": "One dog", "amount_cents": 12000, "unit": "pro Jahr"},
        {"label": "Zwei Hunde", "amount_cents": 14400},
    ]
    fee = format_fee(clean_fee({"kind": "table", "rows": rows, "unit": "pro Hund", "sample": True}), "en")
    assert [(row.label, row.amount) for row in fee.rows] == [
        ("One dog", "€120.00 pro Jahr"),
        ("Zwei Hunde", "€144.00 pro Hund"),
    ]
    assert fee.is_sample


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        "48 Euro",
        {"kind": "gratis"},
        {"kind": "fixed"},
        {"kind": "fixed", "amount_cents": -1},
        {"kind": "fixed", "amount_cents": 48.5},
        {"kind": "fixed", "amount_cents": True},
        {"kind": "fixed", "amount_cents": 1, "min_cents": 1},
        {"kind": "range", "min_cents": 2, "max_cents": 1},
        {"kind": "table", "rows": []},
        {"kind": "table", "rows": [{"amount_cents": 1}]},
        {"kind": "free", "note": "x" * 501},
    ],
)
def test_a_wrong_fee_is_refused(wrong: object) -> None:
    with pytest.raises(WrongValueError):
        clean_fee(wrong)


@given(st.integers(0, 100_000_000), st.text(max_size=60))
def test_cleaning_a_clean_fee_changes_nothing(cents: int, unit: str) -> None:
    once = clean_fee({"kind": "fixed", "amount_cents": cents, "unit": unit})
    assert clean_fee(once) == once
    assert format_fee(once, "de").summary


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "javascript:alert(1)",
        "ftp://x.de",
        "//x.de",
        "https://",
        "https://a@b.de",
        "https://x.de/a b",
        "http://[",
        "x.de",
    ],
)
def test_only_addresses_of_the_web_pass(wrong: str) -> None:
    with pytest.raises(WrongValueError):
        clean_url(wrong)


def test_times_in_words() -> None:
    assert (
        format_processing_time(clean_processing_time({"min_days": 3, "max_days": 10}), "de").summary == "3 bis 10 Tage"
    )
    assert format_processing_time(clean_processing_time({"min_days": 0, "max_days": 1}), "de").summary == "bis zu 1 Tag"
    assert format_processing_time(clean_processing_time({"min_days": 0, "max_days": 0}), "de").summary == "sofort"
    assert format_deadline(clean_deadline({"days": 14, "note": "nach Umzug"}), "de").summary == "14 Tage"
    for wrong in ({}, {"min_days": 5, "max_days": 2}, {"min_days": "5"}):
        with pytest.raises(WrongValueError):
            clean_processing_time(wrong)
    with pytest.raises(WrongValueError):
        clean_deadline({"days": None})


def test_an_online_service_needs_a_known_level() -> None:
    assert clean_online_service({"url": "https://x.de"})["trust_level"] == "none"
    with pytest.raises(WrongValueError):
        clean_online_service({"url": "https://x.de", "trust_level": "sehr hoch"})
