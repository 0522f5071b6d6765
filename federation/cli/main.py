"""The root of the command: settings, languages and errors in one place; groups of commands in their own files."""

from __future__ import annotations

import os
import sys
from typing import Any

import click


class VerbundGroup(click.Group):
    """Renders expected errors as a sentence on stderr with exit status 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; expected failures end with their message."""
        from tenants.errors import DomainError  # noqa: PLC0415 -- cheap, but only when a command runs

        try:
            return super().invoke(ctx)
        except DomainError as refused:
            click.secho(refused.user_message, err=True, fg="red")
            ctx.exit(1)


@click.group(cls=VerbundGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Verbund: service portals of many municipalities from one deployment."""


def add_commands() -> None:
    """Hang every group of commands on the root; a second time changes nothing."""
    from federation.cli import (  # noqa: PLC0415 -- after the environment is set
        accounts,
        audit,
        catalogue,
        database,
        demo,
        doctor,
        editors,
        identity,
        keys,
        lifecycle,
        mail,
        operators,
        regions,
        rollout,
        tenants,
    )

    cli.add_command(database.database)
    cli.add_command(regions.regions)
    cli.add_command(catalogue.catalogue)
    cli.add_command(database.migrate)
    cli.add_command(database.migrations)
    cli.add_command(rollout.rollout)
    cli.add_command(doctor.doctor)
    cli.add_command(tenants.onboard)
    cli.add_command(tenants.tenants)
    lifecycle.add_to(tenants.tenants)
    cli.add_command(operators.operators)
    cli.add_command(editors.editors)
    cli.add_command(keys.keys)
    cli.add_command(mail.mail)
    cli.add_command(identity.identity)
    cli.add_command(accounts.accounts)
    cli.add_command(audit.audit)
    cli.add_command(demo.demo)


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
    add_commands()
    sys.exit(cli(prog_name="verbund"))
