"""Tables for people and JSON for scripts, from the same rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click
from rich.console import Console
from rich.table import Table

Row = Mapping[str, object]


def show_rows(rows: Sequence[Row], *, columns: Mapping[str, str], as_json: bool, empty: str) -> None:
    """Print rows: all keys as JSON, or the named columns (key -> heading) as a table."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(*columns.values())
    for row in rows:
        table.add_row(*(_cell(row.get(key)) for key in columns))
    Console(width=None if click.get_text_stream("stdout").isatty() else 160).print(table)


def show_record(record: Row, *, headings: Mapping[str, str], as_json: bool) -> None:
    """Print one record, a line per key."""
    if as_json:
        click.echo(json.dumps(dict(record), ensure_ascii=False, indent=2, default=str))
        return
    width = max(len(heading) for heading in headings.values())
    for key, heading in headings.items():
        click.echo(f"{heading:<{width}}  {_cell(record.get(key))}")


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "–"
    return str(value)
