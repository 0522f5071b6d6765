"""`verbund operators`: accounts of the IT providers' people."""

from __future__ import annotations

import click

from federation.cli.output import show_record
from federation.cli.setup import command_actor, with_django
from federation.cli.tenants import JSON_OPTION

HEADINGS = {"email": "E-Mail-Adresse", "invitation": "Einladung", "expires_at": "Gilt bis"}


@click.group()
def operators() -> None:
    """Manage the people of IT providers."""


@operators.command("add")
@click.argument("operator_slug")
@click.argument("email")
@click.option("--name", required=True, help="Name of the person.")
@click.option("--ask-password", is_flag=True, help="Set a password here; else the person gets a link to choose one.")
@JSON_OPTION
@with_django
def add(*, operator_slug: str, email: str, name: str, ask_password: bool, as_json: bool) -> None:
    """Add a person to an IT provider; they sign in at the operators' console."""
    from tenants.operators.services import create_operator_account  # noqa: PLC0415 -- needs Django

    actor = command_actor()
    password = click.prompt("Passwort", hide_input=True, confirmation_prompt=True) if ask_password else None
    create_operator_account(actor=actor, operator_slug=operator_slug, email=email, name=name, password=password)
    if password is None:
        _invite(email, as_json=as_json)
    else:
        click.echo(f"{email} kann sich anmelden.")


@operators.command("invite")
@click.argument("email")
@JSON_OPTION
@with_django
def invite(*, email: str, as_json: bool) -> None:
    """Print a new link for a person whose password or link is lost; an earlier link ends."""
    _invite(email, as_json=as_json)


@operators.command("reset-factor")
@click.argument("email")
@JSON_OPTION
@with_django
def reset_factor(*, email: str, as_json: bool) -> None:
    """Take a person's lost second factor away and print the link by which they set up a new one."""
    from tenants.operators import services  # noqa: PLC0415 -- needs Django

    services.reset_factor(actor=command_actor(), email=email)
    click.echo(f"Der zweite Faktor von {email} ist zurückgesetzt.", err=as_json)
    _invite(email, as_json=as_json)


@operators.command("deactivate")
@click.argument("email")
@with_django
def deactivate(*, email: str) -> None:
    """End a person's access to the console at once."""
    from tenants.operators import services  # noqa: PLC0415 -- needs Django

    services.deactivate(actor=command_actor(), email=email)
    click.echo(f"Der Zugang von {email} ist beendet.")


def _invite(email: str, *, as_json: bool) -> None:
    from tenants.operators.invitations import invitation_url, invite_operator  # noqa: PLC0415 -- needs Django

    made = invite_operator(actor=command_actor(), email=email)
    record = {"email": made.email, "invitation": invitation_url(made), "expires_at": made.expires_at}
    show_record(record, headings=HEADINGS, as_json=as_json)
