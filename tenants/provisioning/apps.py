"""Making schemas and everything a new tenant starts with."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class ProvisioningConfig(SharedAppConfig):
    """Shared app that the migration role writes."""

    name = "tenants.provisioning"
    label = "provisioning"
    # Web processes ask which migrations stand behind a version: whether they can serve a tenant at it.
    rights: ClassVar[Rights] = {"SchemaSnapshot": {"umbrella": "SELECT"}}
