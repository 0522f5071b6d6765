"""`verbund regions`: umbrella portals and the IT providers that run them."""

from __future__ import annotations

from pathlib import Path

import click

from federation.cli.setup import command_actor, with_django


@click.group()
def regions() -> None:
    """Set up umbrella portals."""


@regions.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_django
def load(*, file: Path) -> None:
    """Create the IT providers and umbrella portals that FILE (YAML) names; those that exist stay as they are."""
    from federation.regions import load_regions  # noqa: PLC0415 -- needs Django
    from tenants.yamlfiles import read_yaml  # noqa: PLC0415 -- with the command

    try:
        data = read_yaml(file)
    except ValueError as broken:
        message = f"{file}: {broken}"
        raise click.ClickException(message) from broken
    if not isinstance(data, dict):
        message = f"{file}: operators and regions are expected, see docs/operator/onboarding.md"
        raise click.ClickException(message)
    count = load_regions(actor=command_actor(), data=data)
    click.echo(f"{count} Portalregionen sind eingerichtet.")
