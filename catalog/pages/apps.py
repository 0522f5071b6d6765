"""Citizens' pages of the catalogue in a town's portal."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """No tables."""

    name = "catalog.pages"
    label = "catalog_pages"

    def ready(self) -> None:
        """Let search hear of a tenant that arrived in an archive."""
        from catalog.pages.services import retell_arrived  # noqa: PLC0415 -- models are ready now
        from tenants.lifecycle.services import ARRIVED_EVENT  # noqa: PLC0415 -- models are ready now
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        handles(ARRIVED_EVENT)(retell_arrived)
