"""`verbund accounts`: what is kept of citizens, and for how long."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import click

from federation.cli.output import show_record
from federation.cli.setup import command_actor, with_django

_DUE: Final = {
    "to_announce": "Löschung anzukündigen",
    "to_delete": "Konten zu löschen",
    "events": "Alte Einträge im Verlauf",
    "sessions": "Beendete Sitzungen",
    "devices": "Vergessene Geräte",
    "deletions": "Löschungen unterwegs",
    "reasons": "Warum sie warten",
}
_DONE: Final = {
    "announced": "Löschungen angekündigt",
    "deleted": "Konten gelöscht",
    "events": "Alte Einträge entfernt",
    "sessions": "Beendete Sitzungen entfernt",
    "devices": "Geräte vergessen",
    "links": "Alte Links entfernt",
    "finished": "Löschungen abgeschlossen",
    "deletions": "Löschungen unterwegs",
    "reasons": "Warum sie warten",
}


@click.group()
def accounts() -> None:
    """Keep the periods of citizens' accounts; docs/operator/privacy.md says more."""


@accounts.command("retention")
@click.option("--dry-run", is_flag=True, help="Tell what is due, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts instead of lines.")
@with_django
def retention(*, dry_run: bool, as_json: bool) -> None:
    """Announce, delete and forget what has been kept long enough, and go on with deletions that wait.

    A task does the same every day. Interrupted, the same command goes on.
    """
    from shared_services.accounts import deletion  # noqa: PLC0415 -- needs Django
    from shared_services.accounts.retention import get_due, keep_periods  # noqa: PLC0415

    if dry_run:
        found, headings = asdict(get_due()), _DUE
    else:
        found, headings = asdict(keep_periods(actor=command_actor())), _DONE
        found["finished"] = deletion.finish_waiting()
    found["deletions"] = deletion.count_waiting()
    found["reasons"] = ", ".join(deletion.list_reasons()) or "–"
    show_record(found, headings=headings, as_json=as_json)
