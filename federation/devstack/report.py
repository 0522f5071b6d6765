"""What is told when the demo runs: a table for people, `.verbund/demo.json` for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from federation.devstack.environment import STATE_DIR
from federation.devstack.secrets_file import read_private_json, write_private_json
from federation.devstack.steps import console

DEMO_FILE = STATE_DIR / "demo.json"
_SHOWN_PER_ROLE = 3


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
    _show("Umbrella portals", report.get("regions", []), columns=("name", "url"))
    _show("Municipalities", report.get("tenants", []), columns=("name", "url"))
    if report.get("console"):
        _show("Operators' console", [report["console"]], columns=("name", "url"))
    accounts, more = _first_of_each_kind(report.get("accounts", []))
    _show("Accounts (role, user, password, address)", accounts, columns=("role", "user", "password", "url"))
    if more:
        console.print(f"{more} more accounts like these are in {DEMO_FILE}.\n")


def _first_of_each_kind(accounts: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], int]:
    """Return a few accounts of each role, and how many are left out: every town has the same ones."""
    shown: list[Mapping[str, Any]] = []
    for account in accounts:
        if sum(other.get("role") == account.get("role") for other in shown) < _SHOWN_PER_ROLE:
            shown.append(account)
    return shown, len(accounts) - len(shown)


def _show(title: str, rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str]) -> None:
    """Print a table that is never cut: an address is for copying, even in a narrow window or a log file."""
    if not rows:
        return
    cells = [[str(row.get(key) or "") for key in columns] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    console.print(f"[bold]{title}[/bold]")
    for line in cells:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        console.print(f"  {text.rstrip()}", markup=False)
    console.print()
