"""What tells people that something waits for them."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig

_OWN = "owner_role = current_user"


class NotificationsConfig(SharedAppConfig):
    """Shared app: towns and editors note that they were reminded, the worker reads who was not yet."""

    name = "shared_services.notifications"
    label = "notifications"
    verbose_name = "Notifications"
    rights: ClassVar[Rights] = {
        "ReminderRound": {"tenant": "INSERT", "editor": "INSERT", "projector": "SELECT, DELETE"},
    }
    row_rules: ClassVar[Rights] = {"ReminderRound": {"tenant": _OWN, "editor": _OWN, "projector": "true"}}
