"""Django's `migrate`, for the shared schema and the template only, and only as part of `verbund migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from tenants.context import current_identity
from tenants.names import PUBLIC_SCHEMA, TEMPLATE_SCHEMA
from tenants.provisioning.locking import bound_locks


class Command(migrate.Command):
    """Refuses to run in a tenant's schema, where it would plan anew for each tenant and know of no rollout."""

    help = "Runs inside `verbund migrate`. Tenants' schemas are brought to a release by `verbund rollout start`."
    # How long a migration waits for others' locks, 0 for any time; and the one that was begun last.
    lock_seconds: float = 0.0
    begun: str = ""

    def migration_progress_callback(self, action: str, migration: Any | None = None, fake: bool = False) -> None:  # noqa: FBT001, FBT002 -- as Django calls it
        """Bound the locks of the migration that begins. One without a transaction can't be begun again: it waits."""
        if action == "apply_start" and migration is not None:
            self.begun = str(migration)
            if self.lock_seconds:
                bound_locks(self.lock_seconds if migration.atomic else 0)
        super().migration_progress_callback(action, migration, fake)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the schema that `tenants.context.as_migration` names.

        Raises: CommandError anywhere else.
        """
        identity = current_identity()
        schema = identity.schemas[0] if identity is not None and identity.migrates else ""
        if schema not in {PUBLIC_SCHEMA, TEMPLATE_SCHEMA}:
            message = (
                "`migrate` does not change tenants' schemas. Bring the shared schema and the template to this release "
                "with `verbund migrate`, then the municipalities: `verbund rollout plan`, `verbund rollout start`."
            )
            raise CommandError(message)
        super().handle(*args, **options)
