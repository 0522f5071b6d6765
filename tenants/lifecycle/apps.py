"""A tenant's whole life: export, import, training copies, offboarding."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class LifecycleConfig(SharedAppConfig):
    """Shared app: only the owner of all schemas writes it; the operators' console may read it."""

    name = "tenants.lifecycle"
    label = "lifecycle"
    rights: ClassVar[Rights] = {"Offboarding": {"operator": "SELECT"}}
