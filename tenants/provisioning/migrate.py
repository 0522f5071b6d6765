"""Bring the shared schema and the template schema to the migrations on disk, with rights and row-level security."""

from __future__ import annotations

from typing import Final

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict
from tenants.names import TEMPLATE_SCHEMA
from tenants.provisioning.locking import one_at_a_time
from tenants.provisioning.sharedrights import GROUPS, apply_rights
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot
from tenants.registry.generations import CATALOGUE, REGISTRY
from tenants.registry.models import Generation

__all__ = ("GROUPS", "apply_rights", "migrate_deployment")

# The number is arbitrary.
_LOCK: Final = 7_215_003
_PATIENCE_SECONDS = 300.0


def migrate_deployment(*, verbosity: int = 0) -> Snapshot:
    """Migrate the shared schema, then the template; grant; snapshot. Idempotent.

    Effects: existing tenants are untouched; they follow by rollout. Waits for another one that runs.
    Raises: Conflict when the other one takes long, or a shared table stays locked.
    """
    with as_migration(), one_at_a_time(_LOCK, patience_seconds=_PATIENCE_SECONDS, busy=_busy):
        return _migrate(verbosity)


def _migrate(verbosity: int) -> Snapshot:
    with as_migration(migrates="public"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    with as_migration():
        apply_rights()
        for scope in (REGISTRY, CATALOGUE):
            Generation.objects.get_or_create(scope=scope)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    with as_migration(TEMPLATE_SCHEMA, migrates="tenant"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    return ensure_snapshot()


def _busy() -> Conflict:
    return Conflict(
        _("Ein anderes „verbund migrate“ läuft noch. Versuchen Sie es noch einmal, wenn es zu Ende ist."),
        code="migrate_busy",
    )
