"""What is told when the demo runs: a table for people, `.verbund/demo.json` for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from federation.devstack.environment import STATE_DIR
from federation.devstack.secrets_file import read_private_json, write_private_json
from federation.devstack.steps import console

DEMO_FILE = STATE_DIR / "demo.json"


def write_report(description: Mapping[str, Any], *, port: int, running: Mapping[str, Any]) -> dict[str, Any]:
    """Write `.verbund/demo.json` from what `verbund demo describe` told and what runs; return the same."""
    report = {**_with_addresses(description, port=port), **running}
    write_private_json(DEMO_FILE, report)
    return report


def read_report() -> dict[str, Any]:
    """Return what the last start wrote, empty if there was none."""
    return read_private_json(DEMO_FILE)


def _with_addresses(value: Any, *, port: int) -> Any:
    """Add `url` to everything that has a host and no address yet."""
    if isinstance(value, Mapping):
        added = {key: _with_addresses(part, port=port) for key, part in value.items()}
        if isinstance(added.get("host"), str):
            added.setdefault("url", f"http://{added['host']}:{port}/")
        return added
    if isinstance(value, list):
        return [_with_addresses(part, port=port) for part in value]
    return value


def show_report(report: Mapping[str, Any]) -> None:
    """Print addresses and accounts."""
    console.print()
    _show("Umbrella portals", report.get("regions", []), columns={"name": "Name", "url": "Address"})
    _show("Municipalities", report.get("tenants", []), columns={"name": "Name", "url": "Address"})
    if report.get("console"):
        _show("Operators' console", [report["console"]], columns={"name": "Name", "url": "Address"})
    columns = {"role": "Role", "user": "User", "password": "Password", "url": "Signs in at"}
    _show("Accounts", report.get("accounts", []), columns=columns)


def _show(title: str, rows: Sequence[Mapping[str, Any]], *, columns: Mapping[str, str]) -> None:
    table = Table(*columns.values(), title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(row.get(key) or "") for key in columns))
    console.print(table)
    console.print()
