"""The inbox of contributions: what towns offer to the catalogues above them."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tenants.rights import ALL, Rights, SharedAppConfig


class ContributionsConfig(SharedAppConfig):
    """Shared app under row-level security: a town reads its own rows, editors work on them; written from the outbox."""

    name = "catalog.contributions"
    label = "contributions"
    verbose_name = "Contributions"
    rights: ClassVar[Rights] = {
        "InboxEntry": {"tenant": "SELECT", "editor": "SELECT, UPDATE", "operator": "SELECT", "projector": ALL}
    }
    row_rules: ClassVar[Rights] = {
        "InboxEntry": {
            "tenant": "owner_role = current_user",
            "editor": "true",
            "operator": "true",
            "projector": "true",
        }
    }

    def ready(self) -> None:
        """Listen to the towns' outbox, and hang the inbox into the editors' work area."""
        from catalog.contributions import handlers  # noqa: PLC0415 -- models are ready now
        from catalog.contributions.selectors import count_waiting  # noqa: PLC0415
        from catalog.editing import navigation, tiles  # noqa: PLC0415
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        navigation.register(
            navigation.EditingPage(
                key="contributions", label=_("Beiträge"), path="/redaktion/beitraege/", icon="upload", order=30
            )
        )
        tiles.register(
            tiles.Tile(
                key="contributions",
                label=_("Beiträge von Kommunen"),
                hint=_("Texte und Leistungen, die Kommunen für alle anbieten."),
                url_name="catalog_contributions:contributions",
                count=count_waiting,
                icon="upload",
                order=30,
            )
        )
        handles(handlers.OFFERED)(handlers.take_in)
        handles(handlers.WITHDRAWN)(handlers.take_back)
        handles(handlers.SETTLED)(handlers.note_settled)
