"""`verbund demo`: load the demo's regions, towns and content, and describe them for scripts."""

from __future__ import annotations

import json

import click

from federation.cli.setup import with_django


@click.group()
def demo() -> None:
    """Load and describe the demo."""


@demo.command("load")
@with_django
def load() -> None:
    """Load regions, towns, services, decisions and accounts. Idempotent: a second run changes nothing."""
    from federation.demo.loader import load_demo  # noqa: PLC0415 -- needs Django

    for line in load_demo():
        click.echo(line)


@demo.command("describe")
@with_django
def describe() -> None:
    """Print regions, towns, operator console and accounts as JSON."""
    from federation.demo.describe import describe_demo  # noqa: PLC0415 -- needs Django

    click.echo(json.dumps(describe_demo(), ensure_ascii=False, indent=2))
