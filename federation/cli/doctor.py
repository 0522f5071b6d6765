"""`verbund doctor`: whether everything in the database is as it should be."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from federation.cli.setup import command_actor, with_django


@click.command()
@click.option("--tenant", "slug", default="", help="Only what concerns this municipality.")
@click.option("--repair", "repairs", is_flag=True, help="Put right what needs no decision, everywhere, and look again.")
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
@with_django
def doctor(*, slug: str, repairs: bool, as_json: bool) -> None:
    """Compare every schema with its version; look for missing parts, wrong rights, and what is left over.

    Reads only, except with --repair. Ends with status 1 when there is a problem.
    """
    if repairs and slug:
        message = "--repair puts things right everywhere: leave --tenant out."
        raise click.UsageError(message)
    from tenants.doctor.repairs import repair  # noqa: PLC0415 -- needs Django
    from tenants.doctor.selectors import examine  # noqa: PLC0415

    found = examine(slug=slug)
    if repairs and (done := repair(found, actor=command_actor())):
        for what in done:
            click.secho(f"✓ {what}", fg="green", err=as_json)
        found = examine(slug=slug)
    problems = [one for one in found if one.severity == "problem"]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            who = f"{one.tenant}: " if one.tenant else ""
            mark, colour = ("✗", "red") if one.severity == "problem" else ("·", "yellow")
            click.secho(f"{mark} {who}{one.what}.", fg=colour)
            click.echo(f"    {one.advice}")
        notes = len(found) - len(problems)
        summary = "Keine Probleme gefunden" if not problems else f"{len(problems)} Probleme gefunden"
        click.echo(f"{summary}{f', {notes} Hinweise' if notes else ''}.")
    if problems:
        raise SystemExit(1)
