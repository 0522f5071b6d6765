"""People of the IT providers."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class OperatorsConfig(SharedAppConfig):
    """Shared app that only the operators' role may see."""

    name = "tenants.operators"
    label = "operators"
    rights: ClassVar[Rights] = {
        "OperatorAccount": {"operator": "SELECT, UPDATE"},
        "OperatorInvitation": {"operator": "SELECT, UPDATE"},
    }
