"""`verbund catalogue`: the shared catalogue of services."""

from __future__ import annotations

from pathlib import Path

import click

from federation.cli.setup import command_actor, with_django


@click.group()
def catalogue() -> None:
    """Look after the shared catalogue."""


@catalogue.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_django
def load(*, folder: Path) -> None:
    """Bring the shared catalogue to what the content files in FOLDER say: all of them, or nothing if one is wrong."""
    from catalog.services.content import load_catalogue  # noqa: PLC0415 -- needs Django
    from catalog.services.files import ContentError  # noqa: PLC0415

    try:
        report = load_catalogue(folder, actor=command_actor())
    except ContentError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(str(report))


@catalogue.command("rebuild")
@with_django
def rebuild() -> None:
    """Write what search and comparisons read anew, from the catalogue and from every municipality's decisions."""
    from catalog.pages.services import rebuild_projections  # noqa: PLC0415 -- needs Django
    from tenants.outbox.services import project_waiting  # noqa: PLC0415

    told = rebuild_projections(actor=command_actor())
    projected = 0
    while done := project_waiting():
        projected += done
    click.echo(f"{told} decisions told, {projected} events projected")
