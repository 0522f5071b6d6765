"""`verbund tenants export|verify|import|clone|offboard|offboardings`: a municipality's whole life."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from federation.cli.output import show_record, show_rows
from federation.cli.setup import command_actor, with_django
from federation.cli.tenants import JSON_OPTION

if TYPE_CHECKING:
    from tenants.lifecycle.progress import Progress as Report

PATH = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
ARCHIVE_HEADINGS = {
    "path": "Archiv",
    "sha256": "SHA-256",
    "tables": "Tabellen",
    "rows": "Zeilen",
    "files": "Dateien",
    "bytes": "Bytes (ungepackt)",
    "missing_files": "Fehlende Dateien",
    "left_out_files": "Nicht übernommen",
}
IMPORT_HEADINGS = {
    "slug": "Kommune",
    "address": "Adresse",
    "rows": "Zeilen",
    "files": "Dateien",
    "left_out_hosts": "Ohne diese Adressen",
    "old_hosts_in": "Texte, die sie noch nennen (Tabelle.Spalte: Zeilen)",
    "invitation": "Einladung der Administration",
}
OFFBOARDING_HEADINGS = {
    "slug": "Kommune",
    "state_label": "Stand",
    "archive": "Archiv",
    "archive_sha256": "SHA-256",
    "begun_at": "Geschlossen",
    "due_at": "Wartefrist bis",
    "removed_at": "Gelöscht",
}


@click.command("export")
@click.argument("slug")
@click.option("--to", "target", default=".", type=PATH, help="File to write, or folder for it; default: here.")
@JSON_OPTION
@with_django
def export(*, slug: str, target: Path, as_json: bool) -> None:
    """Write one archive with everything of a municipality: rows, files, settings, checksums."""
    from tenants.lifecycle.manifest import manifest_summary  # noqa: PLC0415 -- needs Django
    from tenants.lifecycle.services import export_tenant  # noqa: PLC0415

    with _reported() as report:
        done = export_tenant(actor=command_actor(), slug=slug, target=target, on_progress=report)
    record = {"path": str(done.path), "sha256": done.sha256, **manifest_summary(done.manifest)}
    show_record(record, headings=_present(record, ARCHIVE_HEADINGS), as_json=as_json)


@click.command("verify")
@click.argument("archive", type=PATH)
@JSON_OPTION
@with_django
def verify(*, archive: Path, as_json: bool) -> None:
    """Check every checksum and count of an archive. Needs no database."""
    from tenants.lifecycle.manifest import manifest_summary  # noqa: PLC0415 -- needs Django
    from tenants.lifecycle.services import open_checked  # noqa: PLC0415

    with open_checked(archive) as checked:
        record = {"path": str(archive), "sha256": checked.sha256, **manifest_summary(checked.manifest)}
    if not as_json:
        click.echo(f"Das Archiv von {record['tenant']} ist vollständig; alle Prüfsummen stimmen.")
    show_record(record, headings=_present(record, ARCHIVE_HEADINGS), as_json=as_json)


@click.command("import")
@click.argument("archive", type=PATH)
@click.option("--as", "slug", default="", help="Short name here; default: as in the archive.")
@click.option("--host", default="", help="Host name; default: as in the archive, or NAME.<the region's domain>.")
@click.option("--region", default="", help="Umbrella portal; default: the one of the archive.")
@click.option("--training", is_flag=True, help="A training copy: may stand beside its original, is listed nowhere.")
@JSON_OPTION
@with_django
def import_(*, archive: Path, slug: str, host: str, region: str, training: bool, as_json: bool) -> None:
    """Make a municipality from an archive: all of it, or nothing."""
    from tenants.lifecycle.services import Wish, import_tenant  # noqa: PLC0415 -- needs Django

    wish = Wish(slug=slug, host=host, region_slug=region, is_training=training)
    with _reported() as report:
        done = import_tenant(actor=command_actor(), archive=archive, wish=wish, on_progress=report)
    record = _imported(done)
    show_record(record, headings=_present(record, IMPORT_HEADINGS), as_json=as_json)


@click.command("clone")
@click.argument("slug")
@click.argument("new_slug")
@click.option("--host", default="", help="Host name of the copy; default: NEW_SLUG.<the region's domain>.")
@click.option("--admin-email", default="", help="E-mail of the copy's first administrator, who is invited.")
@JSON_OPTION
@with_django
def clone(*, slug: str, new_slug: str, host: str, admin_email: str, as_json: bool) -> None:
    """Make a training copy without personal data: listed nowhere, with a banner on every page."""
    from shared_services.identity.onboarding import INVITATION_PATH  # noqa: PLC0415 -- needs Django
    from tenants.lifecycle.services import clone_tenant  # noqa: PLC0415
    from tenants.links import public_url  # noqa: PLC0415

    with _reported() as report:
        done = clone_tenant(
            actor=command_actor(), slug=slug, new_slug=new_slug, host=host, admin_email=admin_email, on_progress=report
        )
    record = _imported(done.imported)
    if done.invitation is not None:
        path = INVITATION_PATH.format(token=done.invitation.token)
        record["invitation"] = public_url(done.imported.host, path)
    show_record(record, headings=_present(record, IMPORT_HEADINGS), as_json=as_json)


@click.command("offboard")
@click.argument("slug", default="")
@click.option("--archive-dir", type=FOLDER, help="Folder in which the archive and the proof of deletion are kept.")
@click.option("--wait-days", default=30, show_default=True, help="Days between the export and the removal.")
@click.option("--cancel", is_flag=True, help="Call it off: the portal is again what it was.")
@click.option("--due", is_flag=True, help="Go on with every municipality whose waiting period is over.")
@click.option("--yes", is_flag=True, help="Don't ask before the portal is closed or data are removed.")
@JSON_OPTION
@with_django
def offboard(
    *, slug: str, archive_dir: Path | None, wait_days: int, cancel: bool, due: bool, yes: bool, as_json: bool
) -> None:
    """Close a municipality's portal and export it; after the waiting period, remove it and prove that."""
    if due == bool(slug):
        message = "Nennen Sie entweder eine Kommune oder --due."
        raise click.UsageError(message)
    if due:
        _finish_due(as_json=as_json)
    elif cancel:
        from tenants.lifecycle.services import cancel_offboarding  # noqa: PLC0415 -- needs Django

        cancel_offboarding(actor=command_actor(), slug=slug)
        click.echo(f"{slug} ist wieder, was es war. Das Archiv bleibt liegen.")
    else:
        _offboard_one(slug, archive_dir=archive_dir, wait_days=wait_days, is_sure=yes, as_json=as_json)


@click.command("offboardings")
@JSON_OPTION
@with_django
def offboardings(*, as_json: bool) -> None:
    """List the municipalities that leave or have left."""
    from tenants.lifecycle.selectors import list_offboardings  # noqa: PLC0415 -- needs Django

    columns = {
        "slug": "Kommune",
        "state_label": "Stand",
        "begun_at": "Geschlossen",
        "due_at": "Wartefrist bis",
        "removed_at": "Gelöscht",
        "archive": "Archiv",
    }
    narrow = ("slug", "state_label", "due_at")
    show_rows(
        list_offboardings(), columns=columns, as_json=as_json, empty="Keine Kommune wird entfernt.", narrow=narrow
    )


def add_to(group: click.Group) -> None:
    """Hang these commands on `verbund tenants`; a second time changes nothing."""
    for command in (export, verify, import_, clone, offboard, offboardings):
        group.add_command(command)


def _offboard_one(slug: str, *, archive_dir: Path | None, wait_days: int, is_sure: bool, as_json: bool) -> None:
    from tenants.lifecycle.selectors import (  # noqa: PLC0415 -- needs Django
        find_open_offboarding,
        list_towns_without_district_after,
        offboarding_record,
    )
    from tenants.lifecycle.services import offboard as offboard_tenant  # noqa: PLC0415

    is_begun = find_open_offboarding(slug) is not None
    towns = list_towns_without_district_after(slug)
    if towns:
        click.secho(f"Diese Städte haben danach keinen Kreis mehr: {', '.join(towns)}.", err=True, fg="yellow")
    if not is_sure and sys.stdin.isatty():
        question = "endgültig löschen, wenn die Frist um ist" if is_begun else "schließen und exportieren"
        click.confirm(f"{slug}: {question}?", abort=True, err=True)
    with _reported() as report:
        done = offboard_tenant(
            actor=command_actor(), slug=slug, archive_dir=archive_dir, wait_days=wait_days, on_progress=report
        )
    record = offboarding_record(done)
    if as_json or not record["proof_text"]:
        show_record(record, headings=_present(record, OFFBOARDING_HEADINGS), as_json=as_json)
    else:
        click.echo(str(record["proof_text"]))
    if not as_json and done.state == "waiting":
        click.echo(_what_next(slug, done.due_at))


def _what_next(slug: str, due_at: datetime | None) -> str:
    when = due_at.astimezone().strftime("%d.%m.%Y %H:%M") if due_at else "–"
    return (
        f"Es ist noch nichts gelöscht. Ab {when} löscht derselbe Befehl (oder „verbund tenants offboard --due“).\n"
        f"Bis dahin gibt „verbund tenants offboard {slug} --cancel“ das Portal wieder frei."
    )


def _finish_due(*, as_json: bool) -> None:
    from tenants.lifecycle.selectors import offboarding_record  # noqa: PLC0415 -- needs Django
    from tenants.lifecycle.services import finish_due  # noqa: PLC0415

    with _reported() as report:
        done, refused = finish_due(actor=command_actor(), on_progress=report)
    rows = [offboarding_record(row) for row in done]
    columns = {"slug": "Kommune", "state_label": "Stand", "removed_at": "Gelöscht"}
    show_rows(rows, columns=columns, as_json=as_json, empty="Keine Löschung ist fällig.")
    for slug, problem in refused.items():
        click.secho(f"{slug}: {problem.user_message}", err=True, fg="red")
    if refused:
        click.get_current_context().exit(1)


def _imported(done: object) -> dict[str, object]:
    from tenants.lifecycle.services import Imported  # noqa: PLC0415 -- needs Django
    from tenants.links import public_url  # noqa: PLC0415

    assert isinstance(done, Imported)  # noqa: S101 -- its type can't be named before Django is set up
    return {
        "slug": done.tenant.slug,
        "address": public_url(done.host),
        "is_training": done.tenant.is_training,
        "left_out_hosts": list(done.left_out_hosts),
        "old_hosts_in": [f"{one.place}: {one.rows}" for one in done.mentions],
        **done.manifest.totals,
    }


def _present(record: dict[str, object], headings: dict[str, str]) -> dict[str, str]:
    """Leave out the lines that have nothing to say."""
    return {key: heading for key, heading in headings.items() if record.get(key) not in (None, "", [], ())}


@contextmanager
def _reported() -> Iterator[Report]:
    """Show how far it is on stderr, where somebody is looking."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _step, _done, _total: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("…", total=None)

        def report(step: str, done: int = 0, total: int = 0) -> None:
            progress.update(task, description=step, completed=done, total=total or None)

        yield report
