"""`verbund audit`: whether the audit trail is what was written, and the anchors that prove it elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Final, TextIO

import click

from federation.cli.output import show_rows
from federation.cli.setup import with_django

_STATES: Final = {
    "chain": "Kette",
    "sealed": "Versiegelt",
    "waiting": "Wartend",
    "waiting_since": "seit",
    "anchored_on": "Anker vom",
    "checked_at": "Geprüft am",
    "checked_up_to": "bis Nummer",
    "fault": "Fehler",
}
_ANCHORS: Final = {"day": "Tag", "name": "Kette", "kind": "Art", "number": "Nummer", "count": "Neu", "hash": "Hash"}
_FAULTS: Final = {
    "changed": "wurde geändert",
    "deleted": "wurde gelöscht",
    "reordered": "folgt nicht auf den Eintrag davor: umgestellt oder neu verkettet",
    "inserted": "wurde nachträglich eingefügt",
    "cut": "fehlt mit allen späteren: Die Kette endet vor einem Anker",
    "rewritten": "weicht von einem Anker ab: Die Kette wurde neu geschrieben",
    "lost": "fehlt mit der ganzen Kette, von der ein Anker weiß",
}
_HINT: Final = (
    "Wer die Datenbank besitzt, kann Einträge, Siegel und Anker zusammen neu schreiben. Erst Anker, die anderswo "
    "aufbewahrt sind, beweisen das Gegenteil: verbund audit anchors --json > DATEI, und verify --anchors DATEI."
)
_day = click.DateTime(formats=["%Y-%m-%d"])
_tenant = click.option("--tenant", "slug", default="", help="Only this municipality's chain.")
_json = click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")


@click.group()
def audit() -> None:
    """Verify the audit trail and keep its anchors elsewhere."""


@audit.command("status")
@_json
@with_django
def status(*, as_json: bool) -> None:
    """Show how far each chain is sealed, anchored and checked, and what waits for its seal."""
    from tenants.audit.reports import list_chain_states  # noqa: PLC0415 -- needs Django

    narrow = ("chain", "sealed", "waiting", "fault")
    show_rows(list_chain_states(), columns=_STATES, as_json=as_json, empty="Noch kein Eintrag.", narrow=narrow)


@audit.command("anchors")
@_tenant
@click.option("--since", type=_day, default=None, help="Only from this day on (YYYY-MM-DD).")
@_json
@with_django
def anchors(*, slug: str, since: dt.datetime | None, as_json: bool) -> None:
    """List the daily anchors. Keep them where nobody who owns this database can change them."""
    from tenants.audit.reports import list_anchors  # noqa: PLC0415 -- needs Django

    rows = list_anchors(slug=slug, since=since.date() if since else None)
    show_rows(rows, columns=_ANCHORS, as_json=as_json, empty="Noch kein Anker.", narrow=("day", "name", "number"))
    if not as_json:
        click.echo(_HINT, err=True)


@audit.command("seal")
@click.option("--anchor", "is_anchoring", is_flag=True, help="Write today's anchors, too.")
@with_django
def seal(*, is_anchoring: bool) -> None:
    """Seal every entry that waits, however old. The worker does it by itself."""
    from tenants.audit.services import anchor_chains, seal_waiting  # noqa: PLC0415 -- needs Django

    click.echo(f"Versiegelt: {seal_waiting(is_thorough=True)} Einträge.")
    if is_anchoring:
        click.echo(f"Verankert: {anchor_chains()} Ketten.")


@audit.command("verify")
@_tenant
@click.option("--since", type=_day, default=None, help="Begin at the last anchor before this day, and believe it.")
@click.option("--anchors", "file", type=click.File(encoding="utf-8"), help="Anchors that were kept elsewhere (JSON).")
@_json
@with_django
def verify(*, slug: str, since: dt.datetime | None, file: TextIO | None, as_json: bool) -> None:
    """Walk along every chain and name the first broken entry of each. Ends with status 1 when there is one."""
    from tenants.audit.reports import read_anchors, verify_trails  # noqa: PLC0415 -- needs Django

    kept = read_anchors(file.read()) if file else []
    found = list(verify_trails(slug=slug, since=since.date() if since else None, kept=kept))
    broken = [one for one in found if one["fault"]]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    else:
        for one in found:
            _show(one)
        verdict = "Alle Ketten sind unversehrt" if not broken else f"{len(broken)} Ketten sind beschädigt"
        click.echo(f"{verdict}.")
        if not file:
            click.echo(_HINT, err=True)
    if broken:
        raise SystemExit(1)


def _show(one: Mapping[str, object]) -> None:
    fault = one["fault"]
    if not isinstance(fault, dict):
        notes = [f"{one['whole_up_to']} Einträge unversehrt"]
        notes += [f"{one['waiting']} warten auf ihr Siegel"] if one["waiting"] else []
        notes += [f"{one['erased']} ohne Namen, weil die Kommune entfernt ist"] if one["erased"] else []
        notes += ["beendet, Anker erhalten"] if one["has_ended"] else []
        notes += ["beginnt mit einem eingespielten Archiv"] if one["origin"] == "imported" else []
        click.echo(f"· {one['name']}: {', '.join(notes)}.")
        return
    what = ", ".join(str(fault[key]) for key in ("entry", "at", "action") if fault[key])
    entry = f" ({what})" if what else ""
    click.secho(f"✗ {one['name']}: Eintrag Nummer {fault['number']}{entry} {_FAULTS[fault['kind']]}.", fg="red")
    click.echo(f"    Bis Nummer {fault['last_anchor_before']} bürgt ein Anker, bis {one['whole_up_to']} die Kette.")
