"""How well a town's services are described, and what to do next."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.personal import NOTHING, Personal, TenantAppConfig


class QualityConfig(TenantAppConfig):
    """Tenant app: each town's findings lie in its own schema; only figures leave it."""

    name = "catalog.quality"
    label = "quality"
    verbose_name = "Quality of descriptions"
    personal: ClassVar[Mapping[str, Personal]] = {"ServiceScore": NOTHING, "CoverageDay": NOTHING}

    def ready(self) -> None:
        """Show the score beside a service in the editor."""
        from catalog.decisions.panels import register_panel  # noqa: PLC0415 -- models are ready now
        from catalog.quality.box import get_box  # noqa: PLC0415 -- models are ready now

        register_panel("quality/_box.html", get_box)
