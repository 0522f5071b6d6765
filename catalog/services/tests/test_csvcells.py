"""What people typed stays text in a spreadsheet."""

from __future__ import annotations

import pytest

from catalog.services.csvcells import safe_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "  ="])
def test_no_text_is_run_as_a_formula(sign: str) -> None:
    assert safe_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("value", ["Hund", "", "a=1", 12, -3, None])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == value
