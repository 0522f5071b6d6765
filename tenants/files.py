"""File storage with a folder per tenant; outside of a tenant there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from tenants.context import current_tenant
from tenants.ids import uuid7


class TenantStorage(FileSystemStorage):
    """Stores under `MEDIA_ROOT/<schema>/`; names are made here, so nothing a person typed becomes a path.

    Raises: NoTenantError outside of `in_tenant`; SuspiciousFileOperation for a path out of the tenant's folder.
    """

    def __init__(self, **options: Any) -> None:
        """Take no location: it follows the context."""
        super().__init__(location=None, base_url="/dateien/", file_permissions_mode=0o640, **options)

    @property
    def base_location(self) -> Path:
        """The folder of the current tenant."""
        return Path(settings.MEDIA_ROOT) / current_tenant().schema

    @property
    def location(self) -> str:
        """The folder of the current tenant, as Django joins it with names."""
        return str(self.base_location.absolute())

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Replace the name by a fresh UUIDv7 and keep the suffix and folder."""
        wanted = Path(name)
        return str(wanted.with_name(f"{uuid7()}{wanted.suffix.lower()}"))
