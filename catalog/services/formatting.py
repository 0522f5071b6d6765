"""Structured values in words, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_currency
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A line of a fee table, in words."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class FeeText:
    """A fee in words. A table has `rows`, everything else says it in `summary`; a table's summary is its span."""

    summary: str
    rows: tuple[FeeRow, ...] = ()
    basis: str = ""
    note: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class TimeText:
    """A deadline or a processing time in words."""

    summary: str
    note: str = ""
    is_sample: bool = False


def local_text(data: Mapping[str, Any], key: str, language: str) -> str:
    """Return a text of a structured value; German stands in for a missing English one."""
    return str((data.get(f"{key}_en") if language == "en" else "") or data.get(key) or "")


def euro_amount(cents: int, language: str) -> str:
    """Write an amount: `48,00 €`, in English `€48.00`. Units: cents."""
    return format_currency(cents / 100, "EUR", locale="en_GB" if language == "en" else "de_DE")


def format_fee(fee: Mapping[str, Any], language: str) -> FeeText:
    """Write a fee: `48,00 € pro Jahr`, `60,00 € bis 180,00 € pro Jahr`, `kostenlos`, or rows."""
    unit = local_text(fee, "unit", language)
    rows: tuple[FeeRow, ...] = ()
    with override(language):
        if fee["kind"] == "free":
            summary = _("kostenlos")
        elif fee["kind"] == "fixed":
            summary = _with_unit(euro_amount(fee["amount_cents"], language), unit)
        elif fee["kind"] == "range":
            summary = _with_unit(_span(fee["min_cents"], fee["max_cents"], language), unit)
        else:
            rows = tuple(_fee_row(row, unit, language) for row in fee["rows"])
            amounts = [row["amount_cents"] for row in fee["rows"]]
            summary = _span(min(amounts), max(amounts), language)
    return FeeText(
        summary=summary,
        rows=rows,
        basis=local_text(fee, "basis", language),
        note=local_text(fee, "note", language),
        is_sample=bool(fee.get("sample")),
    )


def format_deadline(deadline: Mapping[str, Any], language: str) -> TimeText:
    """Write a deadline: `14 Tage`, or only its note."""
    with override(language):
        days = deadline.get("days")
        summary = "" if days is None else _days(days)
    return TimeText(summary, local_text(deadline, "note", language), is_sample=bool(deadline.get("sample")))


def format_processing_time(duration: Mapping[str, Any], language: str) -> TimeText:
    """Write a processing time: `3 bis 10 Tage`, `sofort`, or only its note."""
    low, high = duration.get("min_days"), duration.get("max_days")
    with override(language):
        if low is None or high is None:
            summary = ""
        elif high == 0:
            summary = _("sofort")
        elif low == high:
            summary = _days(high)
        elif low == 0:
            summary = _("bis zu {time}").format(time=_days(high))
        else:
            summary = _("{low} bis {time}").format(low=low, time=_days(high))
    return TimeText(summary, local_text(duration, "note", language), is_sample=bool(duration.get("sample")))


def _days(days: int) -> str:
    return ngettext("{days} Tag", "{days} Tage", days).format(days=days)


def _with_unit(amount: str, unit: str) -> str:
    return f"{amount} {unit}".strip()


def _span(low: int, high: int, language: str) -> str:
    if low == high:
        return euro_amount(low, language)
    return _("{low} bis {high}").format(low=euro_amount(low, language), high=euro_amount(high, language))


def _fee_row(row: Mapping[str, Any], unit: str, language: str) -> FeeRow:
    own_unit = local_text(row, "unit", language) or unit
    return FeeRow(local_text(row, "label", language), _with_unit(euro_amount(row["amount_cents"], language), own_unit))
