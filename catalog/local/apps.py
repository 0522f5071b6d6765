"""A tenant's own services and its contributions to the shared catalogue."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, Personal, TenantAppConfig


class LocalConfig(TenantAppConfig):
    """Tenant app. What stands on citizens' pages is public; who wrote it is not."""

    name = "catalog.local"
    label = "local"
    verbose_name = "Own services"
    personal: ClassVar[Mapping[str, Personal]] = {
        "LocalService": {"created_by": "", "changed_by": "", "submitted_by": "", "comment": "", "editors": []},
        "LocalValue": {"author": ""},
        # A copy for practice has offered nothing: the editors' answers go to the original.
        "Contribution": DROP_ROWS,
    }

    def ready(self) -> None:
        """Show own services beside the shared ones, hear of editors' answers, and tell anew what an archive brought."""
        from catalog.contributions.events import on_decided  # noqa: PLC0415 -- models are ready now
        from catalog.decisions.localsource import LocalSource, register_local_source  # noqa: PLC0415
        from catalog.local import contributions, selectors, services, tasks  # noqa: PLC0415
        from tenants.lifecycle.services import register_retelling  # noqa: PLC0415

        register_local_source(
            LocalSource(
                get=selectors.get_own_service,
                listing=selectors.list_own_services,
                successor=selectors.get_successor_slug,
                retell=lambda actor: services.retell_local_services(actor=actor),
            )
        )
        register_retelling(contributions.retell_offers)
        on_decided(tasks.settle_in)
