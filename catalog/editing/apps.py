"""The work of a region's editors on the shared catalogue."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tenants.rights import ALL, Rights, SharedAppConfig


class EditingConfig(SharedAppConfig):
    """Shared app: pages at a region's umbrella under /redaktion/. What is not published yet no town may read."""

    name = "catalog.editing"
    label = "editing"
    verbose_name = "Editing the shared catalogue"
    rights: ClassVar[Rights] = {
        "Draft": {"editor": ALL},
        "EditingRules": {"editor": "SELECT, INSERT, UPDATE"},
        "SavedView": {"editor": ALL},
    }

    def ready(self) -> None:
        """Hang the pages of this app into the work area."""
        from catalog.editing.draft_tiles import register_tiles  # noqa: PLC0415 -- models are ready now
        from catalog.editing.navigation import AREA, EditingPage, register  # noqa: PLC0415 -- apps are loading

        register(EditingPage(key="start", label=_("Übersicht"), path=AREA, icon="home", order=0, is_exact=True))
        register(EditingPage(key="matrix", label=_("Matrix"), path=f"{AREA}matrix/", icon="map", order=40))
        register(EditingPage(key="presets", label=_("Vorgaben"), path=f"{AREA}vorgaben/", icon="layers", order=50))
        register(EditingPage(key="services", label=_("Leistungen"), path=f"{AREA}leistungen/", icon="list", order=10))
        register_tiles()
