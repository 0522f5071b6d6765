"""`verbund operators`: accounts of the IT providers' people."""

from __future__ import annotations

import click

from federation.cli.setup import command_actor, with_django


@click.group()
def operators() -> None:
    """Manage the people of IT providers."""


@operators.command("add")
@click.argument("operator_slug")
@click.argument("email")
@click.option("--name", required=True, help="Name of the person.")
@click.password_option(help="Asked for if left out.")
@with_django
def add(*, operator_slug: str, email: str, name: str, password: str) -> None:
    """Add a person to an IT provider; they sign in at the operators' console."""
    from tenants.operators.services import create_operator_account  # noqa: PLC0415 -- needs Django

    actor = command_actor()
    create_operator_account(actor=actor, operator_slug=operator_slug, email=email, name=name, password=password)
    click.echo(f"{email} kann sich anmelden.")
