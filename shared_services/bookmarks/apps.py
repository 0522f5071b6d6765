"""What citizens remember of a town's services."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tenants.personal import DROP_ROWS, Personal, TenantAppConfig


class BookmarksConfig(TenantAppConfig):
    """Tenant app: which service somebody remembers is sealed with the person's key at this town."""

    name = "shared_services.bookmarks"
    label = "bookmarks"
    personal: ClassVar[Mapping[str, Personal]] = {"Bookmark": DROP_ROWS}

    def ready(self) -> None:
        """Show bookmarks in the citizen's area, tell them anew after an import, and let people see and erase them."""
        from shared_services.accounts.personaldata import register_personal_data  # noqa: PLC0415 -- models are ready now
        from shared_services.area.kinds import register_kind  # noqa: PLC0415
        from shared_services.bookmarks import rights  # noqa: PLC0415
        from shared_services.bookmarks.kind import KIND  # noqa: PLC0415
        from shared_services.bookmarks.services import retell_bookmarks  # noqa: PLC0415
        from tenants.lifecycle.services import register_retelling  # noqa: PLC0415

        register_kind(KIND)
        register_retelling(retell_bookmarks)
        register_personal_data(
            "bookmarks",
            where="town",
            label=_("Gemerkte Leistungen"),
            export=rights.export_bookmarks,
            erase=rights.erase_bookmarks,
            join=rights.join_bookmarks,
        )
