"""The registry of regions, tenants and hosts."""

from typing import ClassVar

from tenants.rights import ALL, READ, Rights, SharedAppConfig


class RegistryConfig(SharedAppConfig):
    """Shared app: everyone may read it, operators write it, a tenant moves its own generation number only."""

    name = "tenants.registry"
    label = "registry"
    verbose_name = "Registry"
    rights: ClassVar[Rights] = {
        "Operator": {**READ},
        "Region": {**READ, "operator": "SELECT, UPDATE"},
        "Tenant": {**READ, "operator": "SELECT, UPDATE"},
        "TenantCode": {**READ},
        "Domain": {**READ, "operator": ALL},
        "Generation": {
            **READ,
            "tenant": "SELECT, UPDATE",
            "operator": "SELECT, UPDATE",
            "editor": "SELECT, UPDATE",
            "projector": "SELECT, UPDATE",
        },
    }
    row_rules: ClassVar[Rights] = {
        "Generation": {
            "tenant": "scope = current_user",
            "umbrella": "true",
            "operator": "true",
            "editor": "true",
            "projector": "true",
        }
    }
