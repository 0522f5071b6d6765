"""A town's offices and the people who work there: where they are, when they are open, what they are there for."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, Personal, TenantAppConfig


class DirectoryConfig(TenantAppConfig):
    """Tenant app. Offices are public; people are named with what their work needs, and no training copy has them."""

    name = "shared_services.directory"
    label = "directory"
    personal: ClassVar[Mapping[str, Personal]] = {
        "OrganisationalUnit": {"updated_by": ""},
        "ContactPerson": DROP_ROWS,
    }

    def ready(self) -> None:
        """Let services' pages and search ask here."""
        from catalog.pages.offices import register_office_book  # noqa: PLC0415 -- models are ready now
        from shared_services.directory.book import DirectoryBook  # noqa: PLC0415

        register_office_book(DirectoryBook)
