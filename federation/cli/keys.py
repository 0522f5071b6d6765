"""`verbund keys`: master keys, the database of data keys, rotation."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from federation.cli.output import show_rows
from federation.cli.setup import with_django

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON for scripts instead of lines.")


@click.group()
def keys() -> None:
    """Look after the keys of everything personal (docs/operator/keys.md)."""


@keys.command("new")
def new() -> None:
    """Write new master keys, once for a deployment. They are the value of VERBUND_MASTER_KEYS."""
    from tenants.keystore.masterkeys import new_master_keys  # noqa: PLC0415 -- loads a library

    click.echo(new_master_keys())


@keys.command("prepare")
@click.option("--name", default="", help="Database and login to create; default: the one in the address.")
def prepare(name: str) -> None:
    """Create the database of data keys with a login of its own, and print its address.

    The administrative address is read from VERBUND_ADMIN_KEYS_DATABASE_URL, else from VERBUND_ADMIN_DATABASE_URL.
    VERBUND_KEYS_PASSWORD keeps the login's password; without it a new one is set and stands in the printed address.
    """
    from tenants.databaseurl import parse_database_url  # noqa: PLC0415 -- as above
    from tenants.keystore import store  # noqa: PLC0415 -- as above
    from tenants.provisioning.bootstrap import UnsuitableServerError, prepare_keys_database  # noqa: PLC0415 -- as above

    given = os.environ.get("VERBUND_ADMIN_KEYS_DATABASE_URL") or os.environ.get("VERBUND_ADMIN_DATABASE_URL")
    if not given:
        message = "Set VERBUND_ADMIN_KEYS_DATABASE_URL to the address of a login that may create roles and databases."
        raise click.UsageError(message)
    admin = parse_database_url(given)
    name = name or admin.name
    try:
        url = prepare_keys_database(admin, database=name, login=name, password=os.environ.get("VERBUND_KEYS_PASSWORD"))
    except UnsuitableServerError as unsuitable:
        raise click.ClickException(str(unsuitable)) from unsuitable
    store.prepare(str(url))
    click.echo(str(url))


@keys.command("wrap")
@with_django
def wrap() -> None:
    """Have the key service (VERBUND_KEY_SERVICE) encrypt VERBUND_MASTER_KEYS, and write its new value."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    from tenants.keystore.keyservice import wrapped  # noqa: PLC0415 -- needs Django
    from tenants.keystore.masterkeys import master_keys, opened_master_keys  # noqa: PLC0415 -- needs Django

    if not settings.VERBUND_KEY_SERVICE:
        message = "Set VERBUND_KEY_SERVICE to the address of the service's key."
        raise click.UsageError(message)
    master_keys()  # what is no key is not worth encrypting
    click.echo(wrapped(opened_master_keys()))


@keys.command("status")
@JSON_OPTION
@with_django
def status(as_json: bool) -> None:  # noqa: FBT001 -- click passes flags by name
    """Tell how many data keys each master key has wrapped."""
    from tenants.keystore import store  # noqa: PLC0415 -- needs Django
    from tenants.keystore.masterkeys import master_keys  # noqa: PLC0415 -- needs Django

    known, counted = master_keys(), store.count_by_master_key()
    rows: list[dict[str, Any]] = [
        {"key": key, "state": _state(key, known.primary, known.ids), "data_keys": counted.get(key, 0)}
        for key in [*known.ids, *sorted(counted.keys() - set(known.ids))]
    ]
    columns = {"key": "Hauptschlüssel", "state": "Zustand", "data_keys": "Datenschlüssel"}
    show_rows(rows, columns=columns, as_json=as_json, empty="Es gibt keine Schlüssel.")
    if any(row["state"] == "fehlt" for row in rows):
        sys.exit(1)


@keys.command("add")
@with_django
def add() -> None:
    """Write the master keys with a new first one. Give them to every process, then run `verbund keys rewrap`."""
    from tenants.keystore.keyservice import wrapped  # noqa: PLC0415 -- needs Django
    from tenants.keystore.masterkeys import opened_master_keys, with_new_wrapping_key  # noqa: PLC0415 -- needs Django

    click.echo(wrapped(with_new_wrapping_key(opened_master_keys())))


@keys.command("rewrap")
@with_django
def rewrap() -> None:
    """Wrap all data keys anew under the first master key, while the deployment goes on serving."""
    from tenants.keystore.rotation import rewrap_all  # noqa: PLC0415 -- needs Django

    done = rewrap_all(on_progress=lambda count: click.echo(f"{count} …", err=True))
    click.echo(f"{done} Datenschlüssel neu verpackt.")


@keys.command("drop-old")
@with_django
def drop_old() -> None:
    """Write the master keys without those that wrap nothing any more."""
    from tenants.keystore import store  # noqa: PLC0415 -- needs Django
    from tenants.keystore.keyservice import wrapped  # noqa: PLC0415 -- needs Django
    from tenants.keystore.masterkeys import (  # noqa: PLC0415 -- needs Django
        master_keys,
        opened_master_keys,
        with_primary_wrapping_key_only,
    )

    left = {key: count for key, count in store.count_by_master_key().items() if key != master_keys().primary}
    if left:
        message = (
            f"{sum(left.values())} Datenschlüssel hängen noch an älteren. Führen Sie zuerst „verbund keys rewrap“ aus."
        )
        raise click.ClickException(message)
    click.echo(wrapped(with_primary_wrapping_key_only(opened_master_keys())))


def _state(key: int, primary: int, known: tuple[int, ...]) -> str:
    if key == primary:
        return "verpackt Neues"
    return "öffnet Älteres" if key in known else "fehlt"
