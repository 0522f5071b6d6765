"""`verbund onboard` and `verbund tenants`."""

from __future__ import annotations

import click

from federation.cli.output import show_record, show_rows
from federation.cli.setup import command_actor, with_django

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON for scripts instead of a table.")


@click.command()
@click.argument("slug")
@click.option("--ags", required=True, help="Official key: 8 digits, a district's 5.")
@click.option("--region", default="", help="Umbrella portal; default: the one whose area holds the municipality.")
@click.option("--host", default="", help="Host name; default: SLUG.<the region's domain>.")
@click.option("--alias", "aliases", multiple=True, help="Further host that redirects to the first; may be repeated.")
@click.option("--official-name", default="", help="Such as 'Stadt Gladbeck'; default: from the list of municipalities.")
@click.option("--admin-email", default="", help="E-mail of the first administrator, who is invited.")
@click.option(
    "--state", "life", default="setup", type=click.Choice(["setup", "pilot", "live"]), help="State to begin in."
)
@JSON_OPTION
@with_django
def onboard(
    *,
    slug: str,
    ags: str,
    region: str,
    host: str,
    aliases: tuple[str, ...],
    official_name: str,
    admin_email: str,
    life: str,
    as_json: bool,
) -> None:
    """Bring a municipality on board: schema, role, host and everything its portal starts with, in one transaction."""
    from tenants.links import public_url  # noqa: PLC0415 -- needs Django
    from tenants.provisioning.requests import OnboardingRequest  # noqa: PLC0415
    from tenants.provisioning.services import onboard as onboard_tenant  # noqa: PLC0415

    wish = OnboardingRequest(
        slug=slug,
        ags=ags,
        region_slug=region,
        host=host,
        other_hosts=aliases,
        official_name=official_name,
        admin_email=admin_email,
        life=life,
    )
    done = onboard_tenant(actor=command_actor(), request=wish)
    result: dict[str, object] = {
        "slug": done.slug,
        "address": public_url(done.host),
        "created": done.created,
        "completed": list(done.completed),
        "invitation": public_url(done.host, done.told["invitation_path"]) if "invitation_path" in done.told else None,
    }
    headings = {"slug": "Kommune", "address": "Adresse", "invitation": "Einladung der Administration"}
    if not as_json:
        state = "angelegt" if done.created else "war schon angelegt"
        click.echo(f"{done.slug} {state}." + (f" Ergänzt: {', '.join(done.completed)}." if done.completed else ""))
    show_record(result, headings=headings, as_json=as_json)


@click.group()
def tenants() -> None:
    """See and manage municipalities."""


COLUMNS = {
    "slug": "Kurzname",
    "kind_label": "Art",
    "region": "Portalregion",
    "state_label": "Zustand",
    "host": "Adresse",
    "version": "Version",
    "last_error": "Letzter Fehler",
}
NARROW = ("slug", "state_label", "host")
HEADINGS = {
    "slug": "Kurzname",
    "official_name": "Amtlicher Name",
    "kind_label": "Art",
    "ags": "AGS",
    "ars": "ARS",
    "district_name": "Kreis",
    "region_name": "Portalregion",
    "operator_name": "IT-Dienstleister",
    "state_label": "Zustand",
    "suspended_reason": "Grund der Sperrung",
    "host": "Hauptadresse",
    "hosts": "Alle Adressen",
    "schema": "Schema",
    "role": "Datenbankrolle",
    "version": "Version",
    "last_error": "Letzter Fehler",
    "last_error_at": "Zeit des Fehlers",
    "created_at": "Eingerichtet",
}


@tenants.command("list")
@click.option("--region", default="", help="Only this umbrella portal's.")
@JSON_OPTION
@with_django
def list_(*, region: str, as_json: bool) -> None:
    """List municipalities with state, address, version and last error."""
    from tenants.registry.selectors import list_tenant_records  # noqa: PLC0415 -- needs Django

    rows = list_tenant_records(region_slug=region)
    empty = "Noch keine Kommune. Legen Sie eine an: verbund onboard --help"
    show_rows(rows, columns=COLUMNS, as_json=as_json, empty=empty, narrow=NARROW)


@tenants.command("show")
@click.argument("slug")
@JSON_OPTION
@with_django
def show(*, slug: str, as_json: bool) -> None:
    """Show all there is to know of one municipality."""
    from tenants.registry.selectors import get_tenant_record  # noqa: PLC0415 -- needs Django

    show_record(get_tenant_record(slug), headings=HEADINGS, as_json=as_json)


@tenants.command("suspend")
@click.argument("slug")
@click.option("--reason", required=True, help="Why; it stands in the audit trail.")
@with_django
def suspend(*, slug: str, reason: str) -> None:
    """Close a municipality's portal: it answers 503 and says whom to call."""
    from tenants.provisioning import services  # noqa: PLC0415 -- needs Django

    services.suspend(actor=command_actor(), slug=slug, reason=reason)
    click.echo(f"{slug} ist gesperrt.")


@tenants.command("resume")
@click.argument("slug")
@with_django
def resume(*, slug: str) -> None:
    """Open a suspended municipality's portal again."""
    from tenants.provisioning import services  # noqa: PLC0415 -- needs Django

    services.resume(actor=command_actor(), slug=slug)
    click.echo(f"{slug} ist freigegeben.")


@tenants.command("state")
@click.argument("slug")
@click.argument("life", type=click.Choice(["setup", "pilot", "live", "leaving"]))
@with_django
def state(*, slug: str, life: str) -> None:
    """Move a municipality on: setup, pilot, live, leaving."""
    from tenants.provisioning import services  # noqa: PLC0415 -- needs Django

    services.set_life(actor=command_actor(), slug=slug, life=life)
    click.echo(f"{slug}: {life}")


@tenants.command("reset-factor")
@click.argument("slug")
@click.argument("email")
@JSON_OPTION
@with_django
def reset_factor(*, slug: str, email: str, as_json: bool) -> None:
    """Take a lost second factor of somebody on a municipality's staff away, where nobody there can do it.

    Prints the link by which the person sets up a new one.
    """
    from tenants.context import as_umbrella, in_tenant  # noqa: PLC0415 -- needs Django
    from tenants.errors import NotFound  # noqa: PLC0415
    from tenants.links import public_url  # noqa: PLC0415
    from tenants.registry.sites import directory  # noqa: PLC0415
    from tenants.staff import services  # noqa: PLC0415
    from tenants.staff.invitations import INVITATION_PATH  # noqa: PLC0415
    from tenants.staff.selectors import get_account_id  # noqa: PLC0415

    with as_umbrella():
        tenant = directory.snapshot().tenants.get(slug)
    if tenant is None:
        message = f"Die Kommune „{slug}“ gibt es nicht."
        raise NotFound(message)
    with in_tenant(tenant.ref):
        account_id = get_account_id(email)
        if account_id is None:
            message = f"In {tenant.name} gibt es niemanden mit der Adresse {email}."
            raise NotFound(message)
        made = services.reset_factor(actor=command_actor(), account_id=account_id)
    click.echo(f"Der zweite Faktor von {email} ist zurückgesetzt.", err=as_json)
    link = public_url(tenant.host, INVITATION_PATH.format(token=made.token))
    headings = {"email": "E-Mail-Adresse", "invitation": "Einladung", "expires_at": "Gilt bis"}
    show_record(
        {"email": made.email, "invitation": link, "expires_at": made.expires_at}, headings=headings, as_json=as_json
    )
