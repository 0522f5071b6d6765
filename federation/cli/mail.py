"""`verbund mail`: whether mail leaves, and what did not arrive."""

from __future__ import annotations

import click

from federation.cli.output import show_rows
from federation.cli.setup import with_django
from federation.cli.tenants import JSON_OPTION

COLUMNS = {
    "at": "Wann",
    "where": "Wo",
    "kind": "Was",
    "recipient_domain": "Empfangsdomain",
    "code": "Code",
    "said": "Antwort",
}


@click.group()
def mail() -> None:
    """See what becomes of mail."""


@mail.command("problems")
@JSON_OPTION
@with_django
def problems(*, as_json: bool) -> None:
    """List mail that did not arrive, the newest first. No addresses: the domain says which mail server."""
    from tenants.context import as_operator  # noqa: PLC0415 -- needs Django
    from tenants.mail.selectors import list_problems  # noqa: PLC0415
    from tenants.registry.sites import directory  # noqa: PLC0415

    snapshot = directory.snapshot()
    with as_operator():
        found = list_problems(tenant_ids=list(snapshot.tenants_by_id), regions=list(snapshot.regions))
    rows = [
        {
            "at": one.at,
            "where": snapshot.tenants_by_id[one.tenant_id].slug if one.tenant_id else one.region,
            "kind": one.kind,
            "recipient_domain": one.recipient_domain,
            "code": one.code,
            "said": one.said,
        }
        for one in found
    ]
    show_rows(rows, columns=COLUMNS, as_json=as_json, empty="Alle E-Mails der letzten Zeit sind angekommen.")


@mail.command("test")
@click.argument("address")
@with_django
def test(*, address: str) -> None:
    """Hand one mail to the mail server at once and say what it answered."""
    from tenants.mail.trying import try_mail  # noqa: PLC0415 -- needs Django

    answer = try_mail(to=address)
    if answer is None:
        click.echo(f"Der Mailserver hat die E-Mail an {address} angenommen.")
        return
    click.secho(f"Nicht angenommen: {answer.code} {answer.said}", err=True, fg="red")
    raise SystemExit(1)
