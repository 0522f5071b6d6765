"""Tables for people and JSON for scripts, from the same rows."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Row = Mapping[str, object]
WIDE: Final = 120
_FILE_WIDTH: Final = 160


def show_rows(
    rows: Sequence[Row], *, columns: Mapping[str, str], as_json: bool, empty: str, narrow: Sequence[str] = ()
) -> None:
    """Print rows: all keys as JSON, or the named columns (key -> heading) as a table.

    Where fewer than `WIDE` columns are left, only those in `narrow` are shown: wrapped cells are no table.
    """
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        click.echo(empty)
        return
    width = _width()
    shown = {key: columns[key] for key in columns if not narrow or width >= WIDE or key in narrow}
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in shown.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(key))) for key in shown))
    Console(file=sys.stdout, width=width, highlight=False).print(table)


def show_record(record: Row, *, headings: Mapping[str, str], as_json: bool) -> None:
    """Print one record, a line per key."""
    if as_json:
        click.echo(json.dumps(dict(record), ensure_ascii=False, indent=2, default=str))
        return
    indent = max(len(heading) for heading in headings.values()) + 2
    for key, heading in headings.items():
        lines = textwrap.wrap(_cell(record.get(key)), max(30, _width() - indent), break_on_hyphens=False) or ["–"]
        click.echo(f"{heading:<{indent}}" + f"\n{' ' * indent}".join(lines))


def _width() -> int:
    """Return the width of the terminal, or of the file that the output goes to: long lines don't hurt there."""
    return shutil.get_terminal_size(fallback=(_FILE_WIDTH, 25)).columns


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%d.%m.%Y %H:%M")
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "–"
    return str(value)
