"""Tables for people, JSON for scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from federation.cli.output import show_record, show_rows

COLUMNS = {"name": "Name", "note": "Hinweis"}


def test_markup_in_a_value_is_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    show_rows([{"name": "[red]x[/red]", "note": None}], columns=COLUMNS, as_json=False, empty="nichts")
    out = capsys.readouterr().out
    assert "[red]x[/red]" in out
    assert "–" in out


def test_no_rows_say_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([], columns=COLUMNS, as_json=False, empty="Legen Sie eine an.")
    assert capsys.readouterr().out == "Legen Sie eine an.\n"
    show_rows([], columns=COLUMNS, as_json=True, empty="Legen Sie eine an.")
    assert json.loads(capsys.readouterr().out) == []


def test_long_values_wrap_under_their_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    record = {"name": "Ä", "note": " ".join(["wort"] * 20), "at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC)}
    show_record(record, headings={**COLUMNS, "at": "Zeit"}, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 50
    assert lines[2].startswith("         wort")
    assert "22.11.2026" in lines[-1]
