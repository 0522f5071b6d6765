"""Projections that search reads."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.names import Group
from tenants.rights import ALL, READ, Rights, SharedAppConfig

_OF_TOWNS: Mapping[Group, str] = {
    "tenant": "owner_role = current_user",
    "umbrella": "true",
    "operator": "true",
    "editor": "true",
    "projector": "true",
}


class SearchConfig(SharedAppConfig):
    """Shared app: read by everyone, a town reads its own rows only; written from the outbox and with the catalogue."""

    name = "catalog.search"
    label = "search"
    verbose_name = "Search"
    rights: ClassVar[Rights] = {
        "SearchDocument": {**READ, "operator": ALL, "editor": ALL, "projector": ALL},
        "DecisionProjection": {**READ, "projector": ALL},
        "OverrideProjection": {**READ, "projector": ALL},
        "LocalDocument": {**READ, "projector": ALL},
    }
    row_rules: ClassVar[Rights] = {
        "DecisionProjection": _OF_TOWNS,
        "OverrideProjection": _OF_TOWNS,
        "LocalDocument": _OF_TOWNS,
    }

    def ready(self) -> None:
        """Listen to changes of the catalogue and to the towns' outbox."""
        from catalog.search import handlers, indexing, local  # noqa: PLC0415 -- models are ready now
        from catalog.services.events import on_services_changed  # noqa: PLC0415 -- models are ready now
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        on_services_changed(indexing.index_services)
        handles("catalog.decision")(handlers.project_decision)
        handles("catalog.local_service")(local.project_local_service)
