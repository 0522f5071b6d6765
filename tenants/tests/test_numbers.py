"""Numbers that people and programs send: plain digits only, and no more than anybody needs."""

from __future__ import annotations

import pytest

from tenants.numbers import read_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_plain_digits_are_a_number(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1.5", "²", "١", "1e3", "9" * 10, "9" * 5000, "\x00"])
def test_anything_else_is_none(text: str) -> None:
    assert read_number(text) is None


def test_a_number_above_what_makes_sense_is_none() -> None:
    assert read_number("60", at_most=60) == 60
    assert read_number("61", at_most=60) is None
