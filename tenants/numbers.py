"""Whole numbers as forms and addresses send them."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 9


def read_number(text: str, *, at_most: int = 10**_DIGITS - 1) -> int | None:
    """Return a whole number written in plain digits, or None for anything else: longer, signed, or in other digits."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        return None
    number = int(text)
    return number if number <= at_most else None
