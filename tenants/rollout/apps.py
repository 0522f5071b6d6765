"""Schema changes on their way to all tenants."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class RolloutConfig(SharedAppConfig):
    """Shared app that the migration role writes, but for what runs: that is told by every process."""

    name = "tenants.rollout"
    label = "rollout"
    rights: ClassVar[Rights] = {
        "Rollout": {"operator": "SELECT"},
        "TenantRollout": {"operator": "SELECT"},
        "RunningProcess": {"umbrella": "SELECT, INSERT, UPDATE, DELETE", "operator": "SELECT"},
    }
