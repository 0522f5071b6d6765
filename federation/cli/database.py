"""`verbund database`, `verbund migrate`, `verbund migrations`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

import click

from federation.cli.output import show_record
from federation.cli.setup import with_django
from tenants.databaseurl import parse_database_url
from tenants.provisioning.bootstrap import UnsuitableServerError, prepare_database

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON for scripts instead of lines.")


@click.group()
def database() -> None:
    """Prepare the database server."""


@database.command("prepare")
@click.option("--name", default="", help="Database to create; default: the one in the administrative address.")
@click.option("--role-prefix", default="", help="Prefix of all roles; default: the database's name.")
def prepare(name: str, role_prefix: str) -> None:
    """Create roles, database and the application's login, and print its address.

    The administrative address is read from VERBUND_ADMIN_DATABASE_URL. VERBUND_APP_PASSWORD keeps the password of the
    login; without it a new one is set and stands in the printed address.
    """
    given = os.environ.get("VERBUND_ADMIN_DATABASE_URL")
    if not given:
        message = "Set VERBUND_ADMIN_DATABASE_URL to the address of a login that may create roles and databases."
        raise click.UsageError(message)
    admin = parse_database_url(given)
    name = name or admin.name
    try:
        prepared = prepare_database(
            admin,
            database=name,
            role_prefix=role_prefix or name,
            password=os.environ.get("VERBUND_APP_PASSWORD"),
        )
    except UnsuitableServerError as unsuitable:
        raise click.ClickException(str(unsuitable)) from unsuitable
    click.echo(str(prepared.url))


@database.command("check")
@JSON_OPTION
@with_django
def check_database(as_json: bool) -> None:  # noqa: FBT001 -- click passes flags by name
    """Tell whether the application can work with this database: its server, and what stands in between."""
    from tenants.postgresql.check import inspect_database  # noqa: PLC0415 -- needs Django

    found = inspect_database()
    headings = {"server_version": "PostgreSQL", "way": "Verbindung", "max_connections": "Verbindungen insgesamt",
                "used_connections": "davon belegt"}  # fmt: skip
    show_record(asdict(found), headings=headings, as_json=as_json)
    if found.problem:
        raise click.ClickException(found.problem)


@click.command()
@click.option("--verbose", is_flag=True, help="Name every migration.")
@with_django
def migrate(verbose: bool) -> None:  # noqa: FBT001 -- click passes flags by name
    """Bring the shared schema and the template to this version. Tenants follow by rollout."""
    from tenants.provisioning.migrate import migrate_deployment  # noqa: PLC0415 -- needs Django

    def tell(migration: str, tries_left: int) -> None:
        tries = "noch ein Versuch" if tries_left == 1 else f"noch {tries_left} Versuche"
        click.echo(f"{migration}: andere sperren, was sie ändert; {tries}.", err=True)

    snapshot = migrate_deployment(verbosity=1 if verbose else 0, on_wait=tell)
    click.echo(f"{len(snapshot.tables)} tables per tenant, version {snapshot.version[:12]}")


@click.group()
def migrations() -> None:
    """Look after migrations in the code."""


@migrations.command("check")
@with_django
def check() -> None:
    """Fail when a model has changed and no migration says so."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs Django

    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    sys.stdout.flush()
