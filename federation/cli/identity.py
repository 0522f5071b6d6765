"""`verbund identity`: Keycloak's realm and the clients of the portals in it."""

from __future__ import annotations

import json

import click

from federation.cli.output import show_rows
from federation.cli.setup import command_actor, with_django


@click.group()
def identity() -> None:
    """Bring Keycloak to what the portals need; docs/operator/identity.md says more."""


JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON for scripts instead of a table.")


@identity.command("diff")
@JSON_OPTION
@with_django
def diff(*, as_json: bool) -> None:
    """Compare the realm with its description. Reads only; ends with status 1 when something differs."""
    from shared_services.identity.keycloak.applying import diff_realm  # noqa: PLC0415 -- needs Django

    changes = diff_realm()
    if as_json:
        rows = [{"what": change.what, "lines": list(change.lines)} for change in changes]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for change in changes:
            _show(change.what, change.lines)
        click.echo(f"{len(changes)} Änderungen stehen aus." if changes else "Der Realm ist, wie er beschrieben ist.")
    if changes:
        raise SystemExit(1)


@identity.command("apply")
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_django
def apply(*, yes: bool) -> None:
    """Bring the realm to its description: shows what differs, asks, and changes it.

    What the description does not name stays as it is. Interrupted, the same command goes on.
    """
    from shared_services.identity.keycloak.applying import apply_realm, diff_realm  # noqa: PLC0415 -- needs Django

    changes = diff_realm()
    if not changes:
        click.echo("Der Realm ist, wie er beschrieben ist.")
        return
    if not yes:
        for change in changes:
            _show(change.what, change.lines)
        click.confirm(f"{len(changes)} Änderungen ausführen?", abort=True)
    done = apply_realm(on_change=lambda change: _show(change.what, change.lines))
    click.echo(f"{done} Änderungen ausgeführt.")


@identity.command("clients")
@click.option("--repair", is_flag=True, help="Look at every client in Keycloak, put right what differs, remove strays.")
@JSON_OPTION
@with_django
def clients(*, repair: bool, as_json: bool) -> None:
    """Give every portal its client, and every municipality its organisation; remove those of portals that are gone.

    Onboarding does this by itself; the command is for the first time, for repairs, and after a change of the key.
    Interrupted, the same command goes on. Ends with status 1 when Keycloak refuses one.
    """
    from shared_services.identity.keycloak.services import settle_clients  # noqa: PLC0415 -- needs Django

    settled = settle_clients(actor=command_actor(), repairs=repair)
    rows = [
        *({"client": name, "result": "eingerichtet"} for name in settled.done),
        *({"client": name, "result": "entfernt"} for name in settled.removed),
        *({"client": site, "result": problem.user_message} for site, problem in settled.refused.items()),
    ]
    columns = {"client": "Client", "result": "Ergebnis"}
    show_rows(rows, columns=columns, as_json=as_json, empty="Alle Clients sind, wie sie sein sollen.")
    if settled.refused:
        raise SystemExit(1)


@identity.command("cast")
@with_django
def cast() -> None:
    """Fill Keycloak with simulated identity providers and invented people, for the demo. Refused in production."""
    from federation.demo.keycloak import list_staff_accounts  # noqa: PLC0415 -- needs Django
    from shared_services.identity.keycloak.cast import load_accounts, load_simulators  # noqa: PLC0415
    from shared_services.identity.staff_oidc.commands import is_linked, link_account  # noqa: PLC0415

    for realm in load_simulators():
        click.echo(f"Simulation {realm} eingerichtet.")
    made = load_accounts(extra=(account for _place, account in list_staff_accounts()))
    for place, account in list_staff_accounts():
        if not is_linked(place=place, email=account["email"]):
            link_account(
                actor=command_actor(), place=place, email=account["email"], user=account["user"], keep_factors=True
            )
    click.echo(f"{len(made)} Konten angelegt.")


@identity.command("link")
@click.argument("place")
@click.argument("email")
@click.option("--user", default="", help="User name or e-mail address at Keycloak, where it is another one.")
@click.option("--keep-factors", is_flag=True, help="The second factors that the person has at Keycloak now count.")
@click.option("--directory", default="", help="The place's directory of staff by which the person comes (its alias).")
@with_django
def link(*, place: str, email: str, user: str, keep_factors: bool, directory: str) -> None:
    """Link the account EMAIL to a person at Keycloak. PLACE: a town's or a region's slug, or `konsole`.

    For accounts from before Keycloak was in use; new ones are linked by their invitation. Where a second factor is
    needed the person sets it up by a new link, or has one that you know to be theirs (`--keep-factors`).
    """
    from shared_services.identity.staff_oidc.commands import link_account  # noqa: PLC0415 -- needs Django
    from shared_services.identity.staff_oidc.places import find_place  # noqa: PLC0415

    linked = link_account(
        actor=command_actor(),
        place=find_place(place),
        email=email,
        user=user or email,
        keep_factors=keep_factors,
        directory=directory,
    )
    click.echo(f"{linked.name} meldet sich jetzt beim Anmeldedienst an.")


@identity.command("remove-factors")
@click.argument("user")
@with_django
def remove_factors(*, user: str) -> None:
    """Take all second factors at Keycloak away from USER (user name or e-mail address), and end the sign-ins there.

    For a lost phone, and for a factor that nobody knows. The person comes back to work by a new link.
    """
    from shared_services.identity.staff_oidc import commands  # noqa: PLC0415 -- needs Django

    count = commands.remove_factors(actor=command_actor(), user=user)
    click.echo(f"{count} zweite Faktoren entfernt. Geben Sie der Person jetzt einen neuen Link.")


def _show(what: str, lines: tuple[str, ...]) -> None:
    click.echo(what)
    for line in lines:
        click.echo(f"    {line}")
