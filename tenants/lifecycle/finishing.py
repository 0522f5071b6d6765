"""The second half of an offboarding: remove everything, look whether anything is left, write the proof.

First the files are set aside (by a rename that cancelling undoes), then one transaction takes schema, role, registry
and shared rows out of the database, then come the things that no transaction holds: files, cache, sessions.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration
from tenants.errors import Conflict, NotFound
from tenants.keystore import store as keystore
from tenants.lifecycle import elsewhere, filestore, removal, valkey
from tenants.lifecycle.comparing import require_nothing_late, require_same_files, require_same_rows
from tenants.lifecycle.errors import ArchiveDamaged
from tenants.lifecycle.filestore import FolderSize
from tenants.lifecycle.manifest import Manifest
from tenants.lifecycle.models import Offboarding, OffboardingState
from tenants.lifecycle.progress import Progress
from tenants.lifecycle.proof import make_proof, write_proof
from tenants.lifecycle.reading import open_checked
from tenants.names import tenant_role
from tenants.provisioning.locking import hold_onboarding_lock
from tenants.registry.generations import touch_registry
from tenants.registry.models import Tenant
from tenants.registry.services import locked_tenant
from tenants.registry.sites import directory


def remove(*, actor: Actor, offboarding: Offboarding, on_progress: Progress) -> Offboarding:
    """Check the archive, compare every row and file with it, then remove the tenant from the database.

    Raises: Conflict when the archive is missing or not what was written, or when somebody uses schema or role;
    ArchiveOutdated when something has changed since it was written. Nothing is removed then.
    """
    on_progress(_("Archiv wird geprüft"), 0, 0)
    manifest = _require_intact(offboarding)
    # Set aside first: nobody can change a file that has no name for the portal any more.
    size = filestore.set_aside(offboarding.schema_name, offboarding.id)
    require_same_files(manifest, offboarding.id)
    on_progress(_("Daten werden gelöscht"), 0, 0)
    with as_migration(), transaction.atomic():
        tenant = locked_tenant(actor, offboarding.slug)
        require_same_rows(manifest, tenant.ref)
        require_nothing_late(offboarding.schema_name)
        removed = removal.remove_from_database(tenant)
        record(
            actor=actor,
            action="tenant.removed",
            subject=f"tenant:{tenant.id}",
            data={"slug": tenant.slug, "archive_sha256": offboarding.archive_sha256, "rows": sum(removed.values())},
            tenant_id=tenant.id,
        )
        offboarding.state = OffboardingState.REMOVING
        offboarding.removed_at, offboarding.removed_by = timezone.now(), actor.name
        offboarding.removed = {**removed, "schema": 1, "role": 1, "files": size.files, "file_bytes": size.bytes}
        offboarding.save()
        touch_registry()
    directory.expire()
    return offboarding


def _require_intact(offboarding: Offboarding) -> Manifest:
    path = Path(offboarding.archive_path)
    try:
        with open_checked(path) as archive:
            manifest, is_same = archive.manifest, archive.sha256 == offboarding.archive_sha256
    except (NotFound, ArchiveDamaged) as refused:
        raise Conflict(
            _(
                "Es wird nichts gelöscht: {reason} Brechen Sie ab (--cancel) oder stellen Sie das Archiv wieder her."
            ).format(reason=refused.user_message),
            code="archive_lost",
        ) from refused
    if not is_same:
        raise Conflict(
            _("Es wird nichts gelöscht: {path} ist nicht das Archiv, das beim Schließen geschrieben wurde.").format(
                path=path
            ),
            code="archive_exchanged",
        )
    return manifest


def finish(*, offboarding: Offboarding, on_progress: Progress) -> Offboarding:
    """Remove files, cache and sessions, look for what is left, and write the proof. Goes on after any interruption.

    Where a successor has the name, its folder and its keys in Valkey are not touched.
    Raises: Conflict when something is still there; the next run tries again. Conflict, with nothing removed, when a
    tenant of the same id is there.
    """
    schema = offboarding.schema_name
    role = tenant_role(schema)
    with as_migration():
        _require_gone(offboarding)
    on_progress(_("Dateien und Zwischenspeicher werden gelöscht"), 0, 0)
    late = _set_aside_late_files(offboarding)
    filestore.remove_aside(offboarding.id)
    counts = {} if late is None else {"files": late.files, "file_bytes": late.bytes}
    if late is not None:
        counts["valkey_keys"] = valkey.remove_keys(role)
    counts["data_keys"] = keystore.destroy_scope(str(offboarding.tenant_id))
    keystore.clean()
    with as_migration(), transaction.atomic():
        counts.update(removal.sweep_shared_rows(offboarding.tenant_id, schema))
        for name, count in counts.items():
            offboarding.removed[name] = offboarding.removed.get(name, 0) + count
        offboarding.save(update_fields=["removed"])
    on_progress(_("Löschung wird geprüft"), 0, 0)
    left = _left(offboarding, role)
    if any(left.values()):
        found = ", ".join(f"{name}: {count}" for name, count in left.items() if count)
        raise Conflict(
            _("Von {slug} ist noch etwas da ({found}). Starten Sie den Befehl noch einmal.").format(
                slug=offboarding.slug, found=found
            ),
            code="leftovers",
        )
    return _prove(offboarding, left=left, role=role)


def _require_gone(offboarding: Offboarding) -> None:
    """Refuse to take anything by its id from a tenant that lives. An import lets none come; somebody's hand may."""
    alive = Tenant.objects.filter(id=offboarding.tenant_id).first()
    if alive is not None:
        raise Conflict(
            _(
                "Die gelöschte Kommune {slug} gibt es unter derselben Kennung wieder, als „{alive}“. Von ihr wird "
                "nichts gelöscht, und dieser Abgang bleibt stehen. Klären Sie im Protokoll, wie sie hierher kam."
            ).format(slug=offboarding.slug, alive=alive.slug),
            code="came_back",
        )


def _set_aside_late_files(offboarding: Offboarding) -> FolderSize | None:
    """Set aside what was saved after the removal and return how much; None where a successor has the name."""
    schema = offboarding.schema_name
    with as_migration(), transaction.atomic():
        # Nobody comes to live under the name while its folder is taken away.
        hold_onboarding_lock()
        if removal.has_successor(schema):
            return None
        late = filestore.size_of(filestore.folder_of(schema))
        filestore.set_aside(schema, offboarding.id)
    return late


def _left(offboarding: Offboarding, role: str) -> dict[str, int]:
    schema = offboarding.schema_name
    with as_migration():
        left = removal.count_leftovers(offboarding.tenant_id, schema)
        has_successor = removal.has_successor(schema)
    left["files"] = filestore.count_aside(offboarding.id).files
    left["data_keys"] = keystore.count_scope(str(offboarding.tenant_id))
    if not has_successor:
        left["files"] += filestore.size_of(filestore.folder_of(schema)).files
        left["valkey_keys"] = valkey.count_keys(role)
    return left


def _prove(offboarding: Offboarding, *, left: dict[str, int], role: str) -> Offboarding:
    with as_migration():
        kept = removal.count_kept_entries(offboarding.tenant_id)
    remains = elsewhere.list_remains(offboarding.tenant_id)
    offboarding.finished_at = timezone.now()
    offboarding.proof = make_proof(offboarding, left=left, kept_entries=kept, role=role, remains=remains)
    write_proof(offboarding.proof, archive=Path(offboarding.archive_path))
    with as_migration(), transaction.atomic():
        offboarding.state = OffboardingState.DONE
        offboarding.save(update_fields=["state", "finished_at", "proof"])
    return offboarding
