"""Import an archive: a whole tenant in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import as_migration, in_tenant
from tenants.errors import Conflict, ExternalTemporary
from tenants.lifecycle import datakeys, filestore, registration, sharedrows, tables
from tenants.lifecycle.errors import damaged, plain_failures
from tenants.lifecycle.locking import only_work_on
from tenants.lifecycle.manifest import Manifest, Member, WrongManifest
from tenants.lifecycle.oldhosts import Mention, list_mentions
from tenants.lifecycle.placing import Place, Wish, find_place, register
from tenants.lifecycle.progress import Progress, silent
from tenants.lifecycle.reading import CheckedArchive, open_checked, read_members
from tenants.lifecycle.registration import Registration
from tenants.lifecycle.tables import Table
from tenants.outbox.services import publish
from tenants.provisioning.locking import hold_onboarding_lock
from tenants.provisioning.replay import ensure_role, replay_schema
from tenants.provisioning.snapshot import Snapshot, snapshot_at
from tenants.registry.generations import touch_registry
from tenants.registry.models import Generation, Tenant
from tenants.registry.sites import directory
from tenants.registry.trail import record_support

# Told in the transaction itself: the rooms above write their projections anew when it has committed.
ARRIVED_EVENT: Final = "tenant.arrived"


@dataclass(frozen=True)
class Imported:
    """What came of it. `left_out_hosts` are hosts of the archive that the tenant does not have here.

    `mentions`: where its rows name one of those all the same.
    """

    tenant: Tenant
    host: str
    manifest: Manifest
    left_out_hosts: tuple[str, ...]
    mentions: tuple[Mention, ...]


def import_tenant(*, actor: Actor, archive: Path, wish: Wish | None = None, on_progress: Progress = silent) -> Imported:
    """Make a tenant from an archive, in one transaction: schema, role, rows, files, registry and audit trail.

    The whole archive is checked first, and nothing in it is run: the schema is this deployment's own, at the archive's
    version. Where the tenant's id is free it is the same tenant again; beside its original it is a new one.

    Effects: every process knows the host after commit; search tells the tenant's decisions anew.
    Raises: ArchiveDamaged; NotAllowed; NotFound, InvalidInput, Conflict (see `find_place`), also for an archive of a
    newer version; ExternalTemporary for a full disk or a lost connection. Nothing is left behind then that the next
    import does not replace.
    """
    with plain_failures(), open_checked(archive) as checked:
        on_progress(_("Archiv ist geprüft"), 0, 0)
        try:
            entry = registration.parse(checked.settings)
        except WrongManifest as wrong:
            raise damaged(archive, str(wrong)) from wrong
        return import_checked(actor=actor, archive=checked, entry=entry, wish=wish or Wish(), on_progress=on_progress)


def import_checked(
    *, actor: Actor, archive: CheckedArchive, entry: Registration, wish: Wish, on_progress: Progress
) -> Imported:
    """Make the tenant; see `import_tenant`."""
    snapshot = snapshot_at(archive.manifest.migrations)
    with as_migration():
        place = find_place(actor, entry, wish)
    with only_work_on(place.slug):
        _require_room(archive.manifest)
        folder = filestore.begin_staging(place.schema)
        try:
            _stage_files(archive, folder, on_progress)
            tenant, mentions = _write(
                actor=actor, archive=archive, entry=entry, wish=wish, snapshot=snapshot, on_progress=on_progress
            )
        finally:
            filestore.drop_staging(place.schema)
    directory.expire()
    return Imported(tenant, place.hosts[0], archive.manifest, place.left_out_hosts, mentions)


def _require_room(manifest: Manifest) -> None:
    needed = manifest.totals["file_bytes"]
    if needed > filestore.free_bytes():
        raise ExternalTemporary(
            _("Für die Dateien des Archivs ({needed} MB) ist nicht genug Platz. Schaffen Sie Platz.").format(
                needed=needed // 1_000_000 + 1
            ),
            code="disk_full",
        )


def _stage_files(archive: CheckedArchive, folder: Path, on_progress: Progress) -> None:
    total = len(archive.manifest.of_kind("file"))
    done = 0

    def take(member: Member, blocks: Iterator[bytes]) -> None:
        nonlocal done
        if member.kind == "file":
            filestore.stage_file(folder, member.name, blocks)
            done += 1
            on_progress(_("Dateien"), done, total)
        else:
            _pass_over(blocks)

    read_members(archive, take)


def _pass_over(blocks: Iterator[bytes]) -> None:
    for _block in blocks:
        pass


def _write(
    *,
    actor: Actor,
    archive: CheckedArchive,
    entry: Registration,
    wish: Wish,
    snapshot: Snapshot,
    on_progress: Progress,
) -> tuple[Tenant, tuple[Mention, ...]]:
    with as_migration(), transaction.atomic():
        hold_onboarding_lock()
        # Once more: between the first look and the lock somebody may have taken a name.
        place = find_place(actor, entry, wish)
        try:
            tenant = register(place, _as_placed(entry, place), schema_version=snapshot.version)
            role = ensure_role(place.schema)
            replay_schema(place.schema, snapshot)
            _fill(archive, tenant, is_same=place.is_same_tenant, on_progress=on_progress)
        except (IntegrityError, DataError, WrongManifest) as contradiction:
            reason = str(contradiction).splitlines()[0]
            message = _("Seine Angaben und Zeilen passen nicht in die Tabellen ({reason}).").format(reason=reason)
            raise damaged(archive.path, message) from contradiction
        Generation.objects.get_or_create(scope=role)
        mentions = list_mentions(tables.list_tables(place.schema).values(), place.left_out_hosts)
        _tell(actor=actor, tenant=tenant, archive=archive, place=place, mentions=mentions)
        filestore.place_staged(place.schema)
    return tenant, mentions


def _as_placed(entry: Registration, place: Place) -> Registration:
    return replace(entry, state=registration.without_suspension(entry.state)) if place.is_training else entry


def _fill(archive: CheckedArchive, tenant: Tenant, *, is_same: bool, on_progress: Progress) -> None:
    """Copy all rows in. Foreign keys are checked at commit, so the order of tables is no matter."""
    with as_migration(tenant.schema_name):
        tables.use_plain_text()
        found = tables.list_tables(tenant.schema_name)
        _require_same_structure(archive.manifest, found)
        tables.empty_tables(found.values())
        total = len(found)
        done = 0

        def take(member: Member, blocks: Iterator[bytes]) -> None:
            nonlocal done
            if member.kind == "table":
                on_progress(_("Tabelle {name}").format(name=member.name), done, total)
                tables.copy_in(found[member.name], member.columns, blocks)
                done += 1
            elif member.kind == "shared" and member.name == datakeys.NAME:
                datakeys.copy_in_keys(tenant.id, member, blocks)
            elif member.kind == "shared":
                sharedrows.copy_in_trail(tenant.ref, member, blocks, renumber=not is_same)
            _pass_over(blocks)

        read_members(archive, take)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _require_same_structure(manifest: Manifest, found: Mapping[str, Table]) -> None:
    """Refuse an archive whose tables are not those of its version here: someone has changed one of both by hand.

    Raises: Conflict that names the first difference.
    """
    given = {member.name: set(member.columns) for member in manifest.of_kind("table")}
    wanted = {name: set(table.columns) for name, table in found.items()}
    if given != wanted:
        differing = sorted(name for name in given.keys() | wanted.keys() if given.get(name) != wanted.get(name))
        raise Conflict(
            _("Die Tabelle {name} sieht im Archiv anders aus als im selben Schemastand hier.").format(
                name=differing[0]
            ),
            code="structure_differs",
        )


def _tell(
    *, actor: Actor, tenant: Tenant, archive: CheckedArchive, place: Place, mentions: tuple[Mention, ...]
) -> None:
    data = {
        "slug": tenant.slug,
        "archive_sha256": archive.sha256,
        "contents_sha256": archive.manifest.contents_sha256,
        "from": archive.manifest.tenant["slug"],
        "is_training": place.is_training,
        **archive.manifest.totals,
        **({"old_hosts_in": {one.place: one.rows for one in mentions}} if mentions else {}),
    }
    record_support(actor=actor, tenant=tenant, action="tenant.imported", data=data)
    with in_tenant(tenant.ref):
        publish(kind=ARRIVED_EVENT, data={"slug": tenant.slug})
    touch_registry()
