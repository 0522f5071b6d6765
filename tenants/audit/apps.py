"""The audit trail."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class AuditConfig(SharedAppConfig):
    """Shared app under row-level security: nobody changes or deletes; a tenant adds and reads rows of its own."""

    name = "tenants.audit"
    label = "audit"
    rights: ClassVar[Rights] = {
        "AuditEntry": {
            "tenant": "SELECT, INSERT",
            "operator": "SELECT, INSERT",
            "editor": "SELECT, INSERT",
            "umbrella": "INSERT",
        }
    }
    row_rules: ClassVar[Rights] = {
        "AuditEntry": {
            "tenant": "owner_role = current_user",
            "operator": "true",
            "editor": "owner_role = current_user",
            "umbrella": "owner_role = current_user",
        }
    }
