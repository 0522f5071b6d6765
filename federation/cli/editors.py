"""`verbund editors`: the people who write the shared catalogue at a region's umbrella."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from federation.cli.output import show_record, show_rows
from federation.cli.setup import command_actor, with_django
from federation.cli.tenants import JSON_OPTION

if TYPE_CHECKING:
    from tenants.accounts import AccountInfo
    from tenants.actors import Actor
    from tenants.editors.invitations import NewInvitation

COLUMNS = {
    "email": "E-Mail-Adresse",
    "name": "Name",
    "region": "Portalregion",
    "roles": "Rollen",
    "scopes": "Ebenen",
    "state": "Zugang",
}
NARROW = ("email", "roles", "state")
HEADINGS = {**COLUMNS, "invitation": "Einladung", "expires_at": "Gilt bis"}
SCOPE_HELP = "federation, state:05, region:SLUG or district:05562; may be repeated."
ROLES = click.Choice(["editor", "publisher"])


@click.group()
def editors() -> None:
    """Manage the editors of the shared catalogue."""


@editors.command("add")
@click.argument("region")
@click.argument("email")
@click.option("--name", required=True, help="Name of the person.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="May be repeated; default: editor.")
@click.option("--scope", "scopes", multiple=True, help=f"{SCOPE_HELP} Default: the region.")
@JSON_OPTION
@with_django
def add(*, region: str, email: str, name: str, roles: tuple[str, ...], scopes: tuple[str, ...], as_json: bool) -> None:
    """Add an editor to a region and print the link by which the person sets a password."""
    from tenants.editors.invitations import invite_editor  # noqa: PLC0415 -- needs Django
    from tenants.editors.scopes import parse_scope  # noqa: PLC0415
    from tenants.editors.services import create_editor  # noqa: PLC0415

    actor = command_actor()
    account = create_editor(
        actor=actor,
        region_slug=region,
        email=email,
        name=name,
        roles=roles or ("editor",),
        scopes=[parse_scope(one) for one in scopes or (f"region:{region}",)],
    )
    _show(account, invite_editor(actor=actor, account_id=account.id), as_json=as_json)


@editors.command("list")
@click.option("--region", default="", help="Only this umbrella portal's.")
@JSON_OPTION
@with_django
def list_(*, region: str, as_json: bool) -> None:
    """List editors with their roles and the layers that they write to."""
    from tenants.context import as_operator  # noqa: PLC0415 -- needs Django
    from tenants.editors.selectors import list_editors  # noqa: PLC0415

    with as_operator():
        rows = [_record(account) for account in list_editors(actor=command_actor(), region=region)]
    empty = "Noch niemand in der Redaktion. Legen Sie einen Zugang an: verbund editors add --help"
    show_rows(rows, columns=COLUMNS, as_json=as_json, empty=empty, narrow=NARROW)


@editors.command("scope")
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=ROLES, help="May be repeated; default: as before.")
@click.option("--scope", "scopes", multiple=True, help=f"{SCOPE_HELP} Default: as before.")
@JSON_OPTION
@with_django
def scope(*, email: str, roles: tuple[str, ...], scopes: tuple[str, ...], as_json: bool) -> None:
    """Give an editor exactly these roles and layers; whoever is signed in signs in anew."""
    from tenants.editors.scopes import parse_scope  # noqa: PLC0415 -- needs Django
    from tenants.editors.services import set_rights  # noqa: PLC0415

    actor = command_actor()
    account = _find(actor, email)
    changed = set_rights(
        actor=actor,
        account_id=account.id,
        roles=roles or account.roles,
        scopes=[parse_scope(one) for one in scopes] or account.scopes,
    )
    _show(changed, as_json=as_json)


@editors.command("invite")
@click.argument("email")
@JSON_OPTION
@with_django
def invite(*, email: str, as_json: bool) -> None:
    """Print a new link for an editor whose password or link is lost; an earlier link ends."""
    from tenants.editors.invitations import invite_editor  # noqa: PLC0415 -- needs Django

    actor = command_actor()
    account = _find(actor, email)
    _show(account, invite_editor(actor=actor, account_id=account.id), as_json=as_json)


@editors.command("reset-factor")
@click.argument("email")
@JSON_OPTION
@with_django
def reset_factor(*, email: str, as_json: bool) -> None:
    """Take an editor's lost second factor away and print the link by which the person sets up a new one."""
    from tenants.editors import services  # noqa: PLC0415 -- needs Django
    from tenants.editors.invitations import invite_editor  # noqa: PLC0415

    actor = command_actor()
    account = _find(actor, email)
    services.reset_factor(actor=actor, account_id=account.id)
    click.echo(f"Der zweite Faktor von {email} ist zurückgesetzt.", err=as_json)
    _show(account, invite_editor(actor=actor, account_id=account.id), as_json=as_json)


@editors.command("deactivate")
@click.argument("email")
@with_django
def deactivate(*, email: str) -> None:
    """End an editor's access at once."""
    from tenants.editors import services  # noqa: PLC0415 -- needs Django

    actor = command_actor()
    services.deactivate(actor=actor, account_id=_find(actor, email).id)
    click.echo(f"Der Zugang von {email} ist beendet.")


@editors.command("reactivate")
@click.argument("email")
@with_django
def reactivate(*, email: str) -> None:
    """Let an editor whose access has ended in again."""
    from tenants.editors import services  # noqa: PLC0415 -- needs Django

    actor = command_actor()
    services.reactivate(actor=actor, account_id=_find(actor, email).id)
    click.echo(f"{email} kann sich wieder anmelden.")


def _find(actor: Actor, email: str) -> AccountInfo:
    from tenants.context import as_operator  # noqa: PLC0415 -- needs Django
    from tenants.editors.selectors import get_editor, get_editor_id  # noqa: PLC0415

    with as_operator():
        return get_editor(actor=actor, account_id=get_editor_id(email) or UUID(int=0))


def _record(account: AccountInfo) -> dict[str, object]:
    from tenants.editors.scopes import format_scope, sort_scopes  # noqa: PLC0415 -- needs Django

    return {
        "email": account.email,
        "name": account.name,
        "region": account.region,
        "roles": sorted(account.roles),
        "scopes": [format_scope(one) for one in sort_scopes(account.scopes)],
        "state": "aktiv" if account.is_active else "beendet",
        "last_login": account.last_login,
    }


def _show(account: AccountInfo, invitation: NewInvitation | None = None, *, as_json: bool) -> None:
    from tenants.editors.invitations import invitation_url  # noqa: PLC0415 -- needs Django

    record = _record(account)
    if invitation is not None:
        record |= {"invitation": invitation_url(invitation), "expires_at": invitation.expires_at}
    show_record(record, headings=HEADINGS if invitation else COLUMNS, as_json=as_json)
