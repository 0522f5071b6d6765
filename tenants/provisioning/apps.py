"""Making schemas and everything a new tenant starts with."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class ProvisioningConfig(SharedAppConfig):
    """Shared app that no role but the migration's may see."""

    name = "tenants.provisioning"
    label = "provisioning"
    rights: ClassVar[Rights] = {"SchemaSnapshot": {}}
