"""How much of the catalogue towns cover, and how well, from day to day."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tenants.names import Group
from tenants.rights import ALL, READ, Rights, SharedAppConfig

_OF_TOWNS: Mapping[Group, str] = {
    "tenant": "owner_role = current_user",
    "umbrella": "true",
    "operator": "true",
    "editor": "true",
    "projector": "true",
}


class CoverageConfig(SharedAppConfig):
    """Shared app: figures only. A town reads its own rows; editors of regions read all; written from the outbox."""

    name = "catalog.coverage"
    label = "coverage"
    verbose_name = "Coverage"
    rights: ClassVar[Rights] = {
        "TownCoverage": {**READ, "projector": ALL},
        "RegionCoverage": {**READ, "projector": ALL},
    }
    row_rules: ClassVar[Rights] = {"TownCoverage": _OF_TOWNS}

    def ready(self) -> None:
        """Listen to the towns' figures; hang the pages into the editors' work area."""
        from catalog.coverage import handlers, tiles  # noqa: PLC0415 -- models are ready now
        from catalog.editing.navigation import EditingPage, register  # noqa: PLC0415 -- models are ready now
        from catalog.editing.tiles import Tile  # noqa: PLC0415 -- models are ready now
        from catalog.editing.tiles import register as register_tile  # noqa: PLC0415 -- models are ready now
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        handles(handlers.COUNTED)(handlers.project_coverage)
        register(EditingPage(key="quality", label=_("Qualität"), path="/redaktion/qualitaet/", icon="star", order=60))
        register_tile(
            Tile(
                key="links",
                label=_("Defekte Links"),
                hint=_("Links des gemeinsamen Katalogs, die nicht mehr funktionieren"),
                url_name="catalog_coverage:links",
                count=tiles.count_broken_links,
                icon="link",
                kind="warning",
                order=60,
            )
        )
