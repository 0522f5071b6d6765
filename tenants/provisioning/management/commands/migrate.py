"""Django's `migrate`, for the shared schema and the template only, and only as part of `verbund migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from tenants.context import current_identity
from tenants.names import PUBLIC_SCHEMA, TEMPLATE_SCHEMA


class Command(migrate.Command):
    """Refuses to run in a tenant's schema, where it would plan anew for each tenant and know of no rollout."""

    help = "Runs inside `verbund migrate`. Tenants' schemas are brought to a release by `verbund rollout start`."

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
