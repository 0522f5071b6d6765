"""The outbox: what tenants tell the world, in the transaction in which it became true."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class OutboxConfig(SharedAppConfig):
    """Shared app under row-level security: a tenant inserts rows of its own, the projector reads all."""

    name = "tenants.outbox"
    label = "outbox"
    rights: ClassVar[Rights] = {
        "OutboxEvent": {"tenant": "INSERT", "projector": "SELECT, UPDATE, DELETE"},
        "DueDay": {"tenant": "INSERT", "projector": "SELECT, DELETE"},
    }
    row_rules: ClassVar[Rights] = {
        "OutboxEvent": {"tenant": "owner_role = current_user", "projector": "true"},
        "DueDay": {"tenant": "owner_role = current_user", "projector": "true"},
    }
