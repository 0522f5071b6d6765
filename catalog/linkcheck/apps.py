"""Whether the addresses that pages link to still answer."""

from typing import ClassVar

from tenants.rights import ALL, READ, Rights, SharedAppConfig


class LinkcheckConfig(SharedAppConfig):
    """Shared app: read by all, written by the workers. Editors move a check forward; towns ask through the outbox."""

    name = "catalog.linkcheck"
    label = "linkcheck"
    verbose_name = "Link checker"
    rights: ClassVar[Rights] = {
        "CheckedLink": {**READ, "editor": "SELECT, UPDATE", "projector": ALL},
        "LinkPlace": {**READ, "projector": ALL},
    }

    def ready(self) -> None:
        """Listen to the addresses that towns name, and to their wish for a new check."""
        from catalog.linkcheck import handlers  # noqa: PLC0415 -- models are ready now
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        handles(handlers.NAMED)(handlers.note_named)
        handles(handlers.ASKED)(handlers.note_asked)
