"""Which app's migrations may run where: shared apps in `public`, tenant apps in a tenant schema, never both."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings

from tenants.context import current_identity


def app_labels(names: list[str]) -> frozenset[str]:
    """Return the labels of the installed apps named by their dotted paths."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in names)


class SchemaRouter:
    """Answers Django's question whether an app may be migrated, by the target that `as_migration` names."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """Refuse outside of a migration context: Django's own `migrate` then has nothing to do."""
        identity = current_identity()
        if identity is None or identity.migrates is None:
            return False
        wanted = settings.TENANT_APPS if identity.migrates == "tenant" else settings.SHARED_APPS
        return app_label in app_labels(wanted)
