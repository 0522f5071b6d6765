"""Bring the shared schema and the template schema to the migrations on disk, with rights and row-level security."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict
from tenants.names import TEMPLATE_SCHEMA
from tenants.provisioning.locking import bound_locks, is_lock_timeout, one_at_a_time
from tenants.provisioning.management.commands.migrate import Command
from tenants.provisioning.sharedrights import GROUPS, apply_rights
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot
from tenants.registry.generations import CATALOGUE, REGISTRY
from tenants.registry.models import Generation

__all__ = ("GROUPS", "apply_rights", "migrate_deployment")

# The number is arbitrary.
_LOCK: Final = 7_215_003
_PATIENCE_SECONDS = 300.0
_LOCK_SECONDS = 5.0
_PAUSE_SECONDS = 2.0
_TRIES: Final = 5


# Takes the name of a migration and how many tries are left.
OnWait = Callable[[str, int], None]


def _wait_silently(_migration: str, _tries_left: int) -> None:
    """Tell nobody."""


def migrate_deployment(*, verbosity: int = 0, on_wait: OnWait = _wait_silently) -> Snapshot:
    """Migrate the shared schema, then the template; grant; snapshot. Idempotent.

    `on_wait` is called when a migration has to be tried again because others lock what it changes.
    Effects: existing tenants are untouched; they follow by rollout. Waits for another one that runs.
    Raises: Conflict when the other one takes long, or a shared table stays locked; migrations that are done stay so.
    """
    with as_migration(), one_at_a_time(_LOCK, patience_seconds=_PATIENCE_SECONDS, busy=_busy):
        return _migrate(verbosity, on_wait)


def _migrate(verbosity: int, on_wait: OnWait) -> Snapshot:
    _migrate_shared(verbosity, on_wait)
    with as_migration():
        apply_rights()
        for scope in (REGISTRY, CATALOGUE):
            Generation.objects.get_or_create(scope=scope)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    with as_migration(TEMPLATE_SCHEMA, migrates="tenant"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    return ensure_snapshot()


def _migrate_shared(verbosity: int, on_wait: OnWait) -> None:
    """Migrate what every portal reads. A statement waits briefly for others' locks, because all queue behind it."""
    command = Command()
    command.lock_seconds = _LOCK_SECONDS
    for left in reversed(range(_TRIES)):
        try:
            with as_migration(migrates="public"):
                try:
                    call_command(command, interactive=False, verbosity=verbosity)
                finally:
                    if connection.is_usable():
                        bound_locks(0)
        except OperationalError as late:
            if not is_lock_timeout(late):
                raise
            if not left:
                raise _locked(command.begun) from late
            on_wait(command.begun, left)
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _locked(migration: str) -> Conflict:
    return Conflict(
        _(
            "Die Migration {migration} kam nicht zum Zug: andere, etwa eine lange Abfrage oder eine Sicherung, "
            "sperren, was sie ändert. Führen Sie „verbund migrate“ noch einmal aus, wenn weniger los ist. Was schon "
            "fertig ist, bleibt; die Portale laufen weiter."
        ).format(migration=migration),
        code="migration_locked",
    )


def _busy() -> Conflict:
    return Conflict(
        _("Ein anderes „verbund migrate“ läuft noch. Versuchen Sie es noch einmal, wenn es zu Ende ist."),
        code="migrate_busy",
    )
