"""Export a tenant: one archive with everything that is its own, readable without this software."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import TenantRef, as_migration, as_operator
from tenants.errors import Conflict, InvalidInput
from tenants.lifecycle import datakeys, filestore, sharedrows, tables
from tenants.lifecycle.errors import plain_failures
from tenants.lifecycle.locking import only_work_on
from tenants.lifecycle.manifest import DDL, README, SETTINGS, Manifest, is_safe_path
from tenants.lifecycle.moment import one_moment
from tenants.lifecycle.progress import Progress, silent
from tenants.lifecycle.reading import verify_archive
from tenants.lifecycle.readme import TEXT
from tenants.lifecycle.registration import Registration, describe, without_suspension
from tenants.lifecycle.tables import Table
from tenants.lifecycle.writing import ArchiveWriter, file_sha256, remove_leftovers
from tenants.personal import TableRules, list_table_rules
from tenants.provisioning.snapshot import Snapshot
from tenants.registry.models import Tenant
from tenants.registry.services import locked_tenant
from tenants.registry.trail import record_support


@dataclass(frozen=True)
class Exported:
    """An archive that has been read back whole."""

    path: Path
    sha256: str
    bytes: int
    manifest: Manifest


def export_tenant(*, actor: Actor, slug: str, target: Path, on_progress: Progress = silent) -> Exported:
    """Write a tenant's archive to `target`: a new file, or a folder in which it gets a name of its own.

    All rows are of one moment. Portal and tenant go on; a file that is deleted meanwhile stands in the manifest as
    missing.

    Effects: a file for its owner alone (mode 0600) with personal data in it; an entry in both audit trails.
    Raises: NotFound; Conflict when the file exists, another lifecycle work or a change of the schema is under way;
    InvalidInput for a folder that does not exist; ExternalTemporary for a full disk or a lost connection. No file is
    left behind then.
    """
    with plain_failures(), only_work_on(slug):
        tenant = managed_tenant(actor, slug)
        exported = write_archive(tenant, target=archive_path(target, slug), on_progress=on_progress)
        with as_operator(), transaction.atomic():
            record_support(
                actor=actor,
                tenant=tenant,
                action="tenant.exported",
                data={"sha256": exported.sha256, **exported.manifest.totals},
            )
    return exported


def archive_path(target: Path, slug: str) -> Path:
    """Return the file to write: the one named, or in the folder named one with the tenant's name and the time.

    Raises: InvalidInput when the folder does not exist.
    """
    folder = target if target.is_dir() else target.parent
    if not folder.is_dir():
        raise InvalidInput(_("Den Ordner {path} gibt es nicht. Legen Sie ihn an.").format(path=folder))
    remove_leftovers(folder, slug)
    if folder is not target:
        return target
    base = f"{slug}-{timezone.now():%Y%m%d-%H%M%S}"
    names = chain([f"{base}.tar.gz"], (f"{base}-{number}.tar.gz" for number in count(2)))
    return next(folder / name for name in names if not (folder / name).exists())


def managed_tenant(actor: Actor, slug: str) -> Tenant:
    """Return a tenant that the actor may manage. Raises: NotFound, for another operator's tenant too."""
    with as_operator(), transaction.atomic():
        return locked_tenant(actor, slug)


def write_archive(
    tenant: Tenant,
    *,
    target: Path,
    on_progress: Progress = silent,
    is_training: bool = False,
    waits_for_writers: bool = False,
) -> Exported:
    """Write and read back one archive. The caller has asked the policy and holds the tenant's lock.

    `is_training` leaves out what is personal; `waits_for_writers` lets no transaction end behind the archive's back
    (nobody can begin one meanwhile).
    """
    ref = tenant.ref
    rules = list_table_rules()
    with ArchiveWriter(target) as writer:
        mode = "SHARE" if waits_for_writers else "ACCESS SHARE"
        with one_moment(ref, mode=mode) as (snapshot, found):
            if is_training:
                require_declared(snapshot, rules)
            named = _write_tables(writer, found, rules, is_training=is_training, on_progress=on_progress)
            if not is_training:
                with closing(sharedrows.copy_out_trail(ref)) as blocks:
                    path = f"shared/{sharedrows.AUDIT}.csv"
                    writer.add_table(path, blocks, kind="shared", columns=sharedrows.COLUMNS)
            if not is_training:
                with closing(datakeys.copy_out_keys(tenant.id)) as blocks:
                    path = f"shared/{datakeys.NAME}.csv"
                    writer.add_table(path, blocks, kind="shared", columns=datakeys.COLUMNS)
            with as_migration():
                fresh = Tenant.objects.select_related("region", "operator", "district").get(id=tenant.id)
                entry = describe(fresh)
                if is_training:
                    entry = replace(entry, state=without_suspension(entry.state))
        kept = {name for name, is_kept in named.values() if is_kept} if is_training else None
        present, left_out = _write_files(writer, ref, only=kept, on_progress=on_progress)
        now = timezone.now().astimezone(dt.UTC).isoformat(timespec="seconds")
        _write_documents(writer, entry, snapshot, now=now)
        manifest = Manifest(
            product_version=product_version(),
            created_at_utc=now,
            is_training=is_training,
            tenant={"id": str(tenant.id), "slug": tenant.slug, "name": tenant.official_name, "schema": ref.schema},
            schema_version=snapshot.version,
            migrations=snapshot.nodes,
            members=tuple(writer.members),
            missing_files=_missing(named, present, kept),
            left_out_files=tuple(left_out),
        )
        on_progress(_("Archiv wird gegengelesen"), 0, 0)
        writer.finish(manifest, check=verify_archive)
    with target.open("rb") as file:
        return Exported(target, file_sha256(file), target.stat().st_size, manifest)


# Row (for people) -> name of the file and whether a training copy keeps it.
_Named = dict[tuple[str, str, str], tuple[str, bool]]


def _write_tables(
    writer: ArchiveWriter,
    found: Mapping[str, Table],
    rules: Mapping[str, TableRules],
    *,
    is_training: bool,
    on_progress: Progress,
) -> _Named:
    named: _Named = {}
    for number, table in enumerate(found.values()):
        on_progress(_("Tabelle {name}").format(name=table.name), number, len(found))
        declared = rules.get(table.name)
        # Closed at once whatever happens: an open copy holds the connection, and a rollback would wait for it for ever.
        with closing(tables.copy_out(table, declared if is_training else None)) as blocks:
            writer.add_table(f"data/{table.name}.csv", blocks, kind="table", columns=table.columns)
        for column in sorted(declared.file_columns) if declared else ():
            for key, name in tables.list_values(table, column):
                named[table.name, column, key] = (name, column in declared.kept_file_columns if declared else False)
    return named


def _write_files(
    writer: ArchiveWriter, ref: TenantRef, *, only: set[str] | None, on_progress: Progress
) -> tuple[set[str], list[str]]:
    """Add the files of the tenant's folder and return those that are in, and what is none or can't be named."""
    files = list(filestore.list_files(ref.schema))
    present: set[str] = set()
    left_out: list[str] = []
    for number, (name, full, is_regular) in enumerate(files):
        if only is not None and name not in only:
            continue
        on_progress(_("Dateien"), number, len(files))
        if not is_regular or not is_safe_path(name):
            left_out.append(name)
            continue
        try:
            file = full.open("rb")
        except FileNotFoundError:
            # Deleted since the folder was listed; if a row still names it, the manifest says that it is missing.
            continue
        with file:
            writer.add_file(f"files/{name}", file, full.stat().st_size)
        present.add(name)
    return present, left_out


def _missing(named: _Named, present: set[str], kept: set[str] | None) -> tuple[dict[str, str], ...]:
    return tuple(
        {"table": table, "column": column, "row": row, "file": name}
        for (table, column, row), (name, _is_kept) in named.items()
        if name not in present and (kept is None or name in kept)
    )


def _write_documents(writer: ArchiveWriter, entry: Registration, snapshot: Snapshot, *, now: str) -> None:
    writer.add_bytes(SETTINGS, entry.as_bytes())
    writer.add_bytes(DDL, _ddl(snapshot))
    text = TEXT.format(name=entry.official_name, slug=entry.slug, created_at_utc=now)
    writer.add_bytes(README, text.encode())


def _ddl(snapshot: Snapshot) -> bytes:
    lines = [f"-- PostgreSQL; schema version {snapshot.version}", *(f"{one};" for one in snapshot.statements)]
    return ("\n".join(lines) + "\n").encode()


def require_declared(snapshot: Snapshot, rules: Mapping[str, TableRules]) -> None:
    """Refuse a training copy while nobody has said what in a table is personal.

    Raises: Conflict that names the tables.
    """
    silent_ones = [name for name in snapshot.own_tables if name not in rules or rules[name].personal is None]
    if silent_ones:
        message = _("Für diese Tabellen ist nicht erklärt, was darin personenbezogen ist: {names}.")
        raise Conflict(message.format(names=", ".join(silent_ones)), code="personal_undeclared")


@lru_cache(maxsize=1)
def product_version() -> str:
    """Return the version of the software that is installed."""
    return version("verbund")
