"""A tenant's whole life: export, import, training copies, offboarding."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class LifecycleConfig(SharedAppConfig):
    """Shared app: only the owner of all schemas writes it; the operators' console may read it."""

    name = "tenants.lifecycle"
    label = "lifecycle"
    rights: ClassVar[Rights] = {"Offboarding": {"operator": "SELECT"}}

    def ready(self) -> None:
        """Let a tenant that an archive has brought tell everything once more."""
        from tenants.lifecycle.arrivals import retell_arrived  # noqa: PLC0415 -- models are ready now
        from tenants.lifecycle.importing import ARRIVED_EVENT  # noqa: PLC0415 -- models are ready now
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        handles(ARRIVED_EVENT)(retell_arrived)
