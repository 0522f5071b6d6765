"""The shared catalogue of services."""

from typing import ClassVar

from tenants.rights import ALL, READ, Rights, SharedAppConfig

_EDITED = {**READ, "operator": ALL, "editor": ALL}


class ServicesConfig(SharedAppConfig):
    """Shared app: read by everyone; operators load it, editors write and publish it."""

    name = "catalog.services"
    label = "services"
    verbose_name = "Shared catalogue"
    rights: ClassVar[Rights] = {
        "Category": {**READ, "operator": ALL},
        "Service": _EDITED,
        # Written once: a published version never changes.
        "ServiceVersion": {**READ, "operator": "SELECT, INSERT", "editor": "SELECT, INSERT"},
        "FormerSlug": _EDITED,
        "LayerValue": _EDITED,
        "Responsibility": _EDITED,
        "Situation": {**READ, "operator": ALL},
        "SituationStep": {**READ, "operator": ALL},
    }
