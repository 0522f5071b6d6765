"""The audit trail."""

from typing import ClassVar, Final

from django.utils.module_loading import autodiscover_modules

from tenants.names import Group
from tenants.rights import Rights, SharedAppConfig

# A tenant, and each group that writes, reads how it stands with its own chain; operators read all of them.
_OWN: Final[dict[Group, str]] = {
    "tenant": "owner_role = current_user",
    "operator": "true",
    "editor": "owner_role = current_user",
    "projector": "true",
}
_LOOK: Final[dict[Group, str]] = {"tenant": "SELECT", "operator": "SELECT", "editor": "SELECT"}
_ADD: Final[dict[Group, str]] = {"projector": "SELECT, INSERT"}


class AuditConfig(SharedAppConfig):
    """Shared app under row-level security: nobody changes or deletes; a tenant adds and reads rows of its own.

    Seals, anchors and checks are made by the projector, which reads entries and writes none: who acts can't seal.
    """

    name = "tenants.audit"
    label = "audit"
    rights: ClassVar[Rights] = {
        "AuditEntry": {
            "tenant": "SELECT, INSERT",
            "operator": "SELECT, INSERT",
            "editor": "SELECT, INSERT",
            "umbrella": "INSERT",
            "projector": "SELECT",
        },
        "AuditChain": {**_LOOK, **_ADD},
        "AuditSeal": {**_LOOK, **_ADD},
        "AuditAnchor": {**_LOOK, **_ADD},
        "AuditCheck": {**_LOOK, **_ADD},
    }
    row_rules: ClassVar[Rights] = {
        "AuditEntry": {**_OWN, "umbrella": "owner_role = current_user"},
        "AuditChain": _OWN,
        "AuditSeal": _OWN,
        "AuditAnchor": _OWN,
        "AuditCheck": _OWN,
    }

    def ready(self) -> None:
        """Take in the words for the actions of every app: each has them in a module `trail_texts` of its own."""
        autodiscover_modules("trail_texts")
