"""Citizens' pages of the catalogue in a town's portal."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """No tables."""

    name = "catalog.pages"
    label = "catalog_pages"

    def ready(self) -> None:
        """Let search hear of a tenant that arrived in an archive."""
        from catalog.pages.services import retell_decisions  # noqa: PLC0415 -- models are ready now
        from tenants.lifecycle.services import register_retelling  # noqa: PLC0415 -- models are ready now

        register_retelling(retell_decisions)
