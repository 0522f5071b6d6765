"""People of a municipality."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, Personal, TenantAppConfig


class StaffConfig(TenantAppConfig):
    """Tenant app: each municipality's people are known in its own schema only."""

    name = "tenants.staff"
    label = "staff"
    personal: ClassVar[Mapping[str, Personal]] = {
        "StaffAccount": DROP_ROWS,
        "Invitation": DROP_ROWS,
        "SupportAccess": DROP_ROWS,
        "SupportRules": {"changed_by": ""},
    }

    def ready(self) -> None:
        """Have a town that an archive brings tell its days anew."""
        from tenants.lifecycle.arrivals import register_retelling  # noqa: PLC0415 -- models are ready now
        from tenants.staff.arriving import retell_due_days  # noqa: PLC0415

        register_retelling(retell_due_days)
