"""Citizens' pages of the catalogue in a town's portal."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """No tables."""

    name = "catalog.pages"
    label = "catalog_pages"
