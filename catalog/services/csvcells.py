"""Texts in CSV files: whatever people typed, no spreadsheet runs it as a formula."""

from __future__ import annotations

from typing import Final

# Source: OWASP, CSV Injection; the wide signs count in spreadsheets of East Asian settings.
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """Return a value for a cell: a text that would be read as a formula gets a quotation mark before it."""
    if not isinstance(value, str):
        return value
    is_dangerous = value.startswith(_BEGINS_A_FORMULA) or value.lstrip(" ").startswith(_BEGINS_A_FORMULA)
    return f"'{value}" if is_dangerous else value
