"""Offboarding: close, export, wait, remove, prove. Each step leaves a state from which the same call goes on.

`begun` (portal closed) → `waiting` (archive made and read back) → `removing` (gone from the database) → `done` (files,
cache and sessions gone too, looked for, proof written). Up to `waiting` it can be called off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration
from tenants.errors import Conflict, DomainError, ExternalPermanent, InvalidInput, NotAllowed, NotFound
from tenants.lifecycle import filestore
from tenants.lifecycle.comparing import ArchiveOutdated
from tenants.lifecycle.errors import plain_failures
from tenants.lifecycle.exporting import archive_path, write_archive
from tenants.lifecycle.finishing import finish, remove
from tenants.lifecycle.locking import BUSY, only_work_on
from tenants.lifecycle.models import Offboarding, OffboardingState
from tenants.lifecycle.progress import Progress, silent
from tenants.lifecycle.registration import LifeNow, life_of
from tenants.policies import require_manage_tenant
from tenants.provisioning.life import note_error
from tenants.registry.generations import touch_registry
from tenants.registry.models import Life, Tenant
from tenants.registry.services import locked_tenant
from tenants.registry.sites import directory
from tenants.registry.trail import record_support

log = structlog.get_logger(__name__)

OPEN_STATES: Final = (OffboardingState.BEGUN, OffboardingState.WAITING, OffboardingState.REMOVING)
DEFAULT_WAIT_DAYS: Final = 30
_MAX_WAIT_DAYS: Final = 3650
_REASON_LENGTH: Final = 300


def offboard(
    *,
    actor: Actor,
    slug: str,
    archive_dir: Path | None = None,
    wait_days: int = DEFAULT_WAIT_DAYS,
    on_progress: Progress = silent,
) -> Offboarding:
    """Begin a tenant's departure, or go on with it, and return how far it is.

    The first call closes the portal for citizens and staff and exports into `archive_dir`. A call after the waiting
    period checks that the archive still is the last word, removes everything and writes the proof; if a task has
    changed something since, it exports anew and the waiting period begins again. No call closes and removes.
    Interrupted anywhere, the same call goes on. What was done already is returned as it is.

    Effects: see `finishing` for what is removed. Towns of a district are without one afterwards.
    Raises: NotFound; InvalidInput without a folder or with an odd period; Conflict while other work is under way or
    when the archive is not what was written; ExternalTemporary for a full disk, a lost connection, or Valkey away.
    """
    with plain_failures(), only_work_on(slug):
        current = _current(actor, slug)
        if current is None:
            current = _begin(actor, slug, archive_dir=archive_dir, wait_days=wait_days)
        if current.state == OffboardingState.BEGUN:
            return _export(actor, current, on_progress=on_progress)
        return _go_on(actor, current, on_progress=on_progress)


def begin_offboarding(
    *, actor: Actor, slug: str, archive_dir: Path, reason: str, wait_days: int = DEFAULT_WAIT_DAYS
) -> Offboarding:
    """Close a tenant's portal and leave its archive to `export_begun`; one that was begun already is returned as it is.

    Raises: NotFound; InvalidInput (fields `reason`, `wait_days`); Conflict while other work on it is under way.
    """
    given = " ".join(reason.split())
    if not given:
        message = _("Nennen Sie den Grund: er steht im Protokoll.")
        raise InvalidInput(message, data={"fields": {"reason": [message]}})
    with plain_failures(), only_work_on(slug):
        return _current(actor, slug) or _begin(
            actor, slug, archive_dir=archive_dir, wait_days=wait_days, reason=given[:_REASON_LENGTH]
        )


def export_begun(*, actor: Actor, archive_dir: Path) -> tuple[list[str], dict[str, DomainError]]:
    """Write the archive of each departure that was begun with this folder; return their slugs, and refusals by slug.

    A refusal is noted as the tenant's last error. One that another process is at is left to it.
    Raises: NotAllowed unless a command or task acts.
    """
    _require_system(actor)
    with as_migration():
        begun = list(Offboarding.objects.filter(state=OffboardingState.BEGUN).order_by("begun_at"))
    done: list[str] = []
    refused: dict[str, DomainError] = {}
    for one in begun:
        if Path(one.archive_path).parent != archive_dir.resolve():
            continue
        try:
            with plain_failures(), only_work_on(one.slug):
                current = _current(actor, one.slug)
                if current is not None and current.state == OffboardingState.BEGUN:
                    _export(actor, current, on_progress=silent)
                    done.append(one.slug)
        except DomainError as problem:
            if problem.code != BUSY:
                refused[one.slug] = problem
                note_error(tenant_id=one.tenant_id, message=problem.user_message)
    return done, refused


def _go_on(actor: Actor, current: Offboarding, *, on_progress: Progress) -> Offboarding:
    is_due = current.due_at is not None and current.due_at <= timezone.now()
    if current.state == OffboardingState.WAITING and is_due:
        try:
            current = remove(actor=actor, offboarding=current, on_progress=on_progress)
        except ArchiveOutdated as changed:
            return _export_anew(actor, current, changed, on_progress=on_progress)
    if current.state == OffboardingState.REMOVING:
        current = finish(offboarding=current, on_progress=on_progress)
    return current


def cancel_offboarding(*, actor: Actor, slug: str) -> None:
    """Call a departure off: the portal is again what it was. The archive stays where it is.

    Raises: NotFound; Conflict when nothing is under way, or when the data are gone already.
    """
    with plain_failures(), only_work_on(slug):
        current = _current(actor, slug)
        if current is None or current.state not in OPEN_STATES:
            raise Conflict(_("{slug} wird nicht entfernt; es gibt nichts abzubrechen.").format(slug=slug))
        if current.state == OffboardingState.REMOVING:
            raise Conflict(
                _(
                    "Die Daten von {slug} sind schon gelöscht. So kommt die Kommune zurück: "
                    "verbund tenants import {path}"
                ).format(slug=slug, path=current.archive_path),
                code="removed_already",
            )
        filestore.bring_back(current.schema_name, current.id)
        with _changing(actor, slug) as tenant:
            before = LifeNow(**current.before)
            tenant.life, tenant.life_before = before.life, before.life_before
            tenant.suspended_reason = before.suspended_reason
            tenant.save(update_fields=["life", "life_before", "suspended_reason"])
            Offboarding.objects.filter(id=current.id).update(
                state=OffboardingState.CANCELLED, finished_at=timezone.now()
            )
            data = {"from": str(Life.OFFBOARDING), "to": before.life}
            record_support(actor=actor, tenant=tenant, action="tenant.offboarding_cancelled", data=data)


def _current(actor: Actor, slug: str) -> Offboarding | None:
    """Return the departure that a call means: the open one, or the last one of a tenant that is gone.

    Raises: NotFound for a tenant that is neither there nor gone, and for another operator's.
    """
    with as_migration():
        tenant = Tenant.objects.filter(slug=slug).first()
        found = Offboarding.objects.filter(slug=slug).exclude(state=OffboardingState.CANCELLED)
        # What is not quite gone comes first, even when somebody new has the name already.
        unfinished = found.filter(state=OffboardingState.REMOVING).first()
        if unfinished is not None:
            require_manage_tenant(actor, operator_id=unfinished.operator_id)
            return unfinished
        if tenant is not None:
            require_manage_tenant(actor, operator_id=tenant.operator_id)
            return found.filter(tenant_id=tenant.id, state__in=OPEN_STATES).first()
        current = found.order_by("-begun_at").first()
    if current is None:
        raise NotFound(_("Die Kommune „{slug}“ gibt es nicht.").format(slug=slug))
    require_manage_tenant(actor, operator_id=current.operator_id)
    return current


@contextmanager
def _changing(actor: Actor, slug: str) -> Iterator[Tenant]:
    """Yield the tenant, locked, in a transaction after which every process looks at the registry anew."""
    with as_migration(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        yield tenant
        touch_registry()
    directory.expire()


def _begin(actor: Actor, slug: str, *, archive_dir: Path | None, wait_days: int, reason: str = "") -> Offboarding:
    if archive_dir is None:
        raise InvalidInput(_("Nennen Sie mit --archive-dir den Ordner, in dem das Archiv aufbewahrt wird."))
    if not 0 <= wait_days <= _MAX_WAIT_DAYS:
        message = _("Die Wartefrist hat 0 bis {most} Tage.").format(most=_MAX_WAIT_DAYS)
        raise InvalidInput(message, data={"fields": {"wait_days": [message]}})
    if not archive_dir.is_dir():
        raise InvalidInput(_("Den Ordner {path} gibt es nicht. Legen Sie ihn an.").format(path=archive_dir))
    archive = archive_path(archive_dir.resolve(), slug)
    with _changing(actor, slug) as tenant:
        before = asdict(life_of(tenant))
        offboarding = Offboarding.objects.create(
            tenant_id=tenant.id,
            slug=tenant.slug,
            name=tenant.official_name,
            schema_name=tenant.schema_name,
            operator_id=tenant.operator_id,
            before=before,
            archive_path=str(archive),
            wait_days=wait_days,
            begun_at=timezone.now(),
            begun_by=actor.name,
        )
        data = {"from": tenant.life, "to": str(Life.OFFBOARDING), "wait_days": wait_days, "reason": reason}
        record_support(actor=actor, tenant=tenant, action="tenant.offboarding_begun", data=data)
        tenant.life, tenant.life_before = Life.OFFBOARDING, tenant.life
        tenant.save(update_fields=["life", "life_before"])
    return offboarding


def _export_anew(
    actor: Actor, offboarding: Offboarding, changed: ArchiveOutdated, *, on_progress: Progress
) -> Offboarding:
    """Write a second archive beside the first, which somebody may have fetched already."""
    filestore.bring_back(offboarding.schema_name, offboarding.id)
    archive = archive_path(Path(offboarding.archive_path).parent, offboarding.slug)
    with as_migration(), transaction.atomic():
        offboarding.state, offboarding.archive_path = OffboardingState.BEGUN, str(archive)
        offboarding.save(update_fields=["state", "archive_path"])
        record(
            actor=actor,
            action="tenant.offboarding_outdated",
            subject=f"tenant:{offboarding.tenant_id}",
            data={"changed": list(changed.args)[:20], "archive_sha256": offboarding.archive_sha256},
            tenant_id=offboarding.tenant_id,
        )
    return _export(actor, offboarding, on_progress=on_progress)


def _export(actor: Actor, offboarding: Offboarding, *, on_progress: Progress) -> Offboarding:
    """Write the archive of the closed tenant; a finished one of a killed run is written anew."""
    with as_migration():
        tenant = Tenant.objects.get(id=offboarding.tenant_id)
    archive = Path(offboarding.archive_path)
    archive_path(archive.parent, offboarding.slug)
    archive.unlink(missing_ok=True)
    exported = write_archive(
        tenant,
        target=archive,
        on_progress=on_progress,
        waits_for_writers=True,
    )
    with as_migration(), transaction.atomic():
        offboarding.state = OffboardingState.WAITING
        offboarding.archive_sha256, offboarding.archive_bytes = exported.sha256, exported.bytes
        offboarding.counts = exported.manifest.totals
        offboarding.due_at = timezone.now() + timedelta(days=offboarding.wait_days)
        offboarding.save()
        # In the IT provider's trail alone: the archive is the last word of the tenant's own.
        record(
            actor=actor,
            action="tenant.offboarding_exported",
            subject=f"tenant:{tenant.id}",
            data={"sha256": exported.sha256, **exported.manifest.totals},
            tenant_id=tenant.id,
        )
    return offboarding


def _require_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed(_("Fällige Löschungen führt der Betrieb der Plattform aus."))


def finish_due(*, actor: Actor, on_progress: Progress = silent) -> tuple[list[Offboarding], dict[str, DomainError]]:
    """Go on with every departure whose waiting period is over, each for itself; return them and the refusals by slug.

    Raises: NotAllowed unless a command or task acts.
    """
    _require_system(actor)
    with as_migration():
        rows = Offboarding.objects.filter(state=OffboardingState.WAITING, due_at__lte=timezone.now())
        removing = Offboarding.objects.filter(state=OffboardingState.REMOVING)
        slugs = sorted({row.slug for row in (*rows, *removing)})
    done: list[Offboarding] = []
    refused: dict[str, DomainError] = {}
    for slug in slugs:
        try:
            done.append(offboard(actor=actor, slug=slug, on_progress=on_progress))
        except DomainError as problem:
            refused[slug] = problem
        except Exception as broken:  # one tenant's trouble must not keep the others waiting
            log.exception("offboarding.broken", tenant=slug)
            message = _("Unerwarteter Fehler ({error}); Näheres steht im Log.").format(error=type(broken).__name__)
            refused[slug] = ExternalPermanent(message)
    return done, refused
