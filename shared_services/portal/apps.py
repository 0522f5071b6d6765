"""A town's portal: branding, contact, hours, notices, legal pages."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, NOTHING, Personal, TenantAppConfig


class PortalConfig(TenantAppConfig):
    """Tenant app. Published texts and the office's addresses are public; persons and visitors' messages are not."""

    name = "shared_services.portal"
    label = "portal"
    personal: ClassVar[Mapping[str, Personal]] = {
        "PortalProfile": {"representative": "", "updated_by": ""},
        "OpeningHours": NOTHING,
        "Notice": {"updated_by": ""},
        "LegalPage": {"updated_by": ""},
        "AccessibilityFacts": {"updated_by": ""},
        "Feedback": DROP_ROWS,
    }
    file_fields: ClassVar[Mapping[str, Collection[str]]] = {"PortalProfile": ("logo",)}

    def ready(self) -> None:
        """Register what a new portal starts with, and where answers to the town's mails go."""
        from shared_services.portal.onboarding import seed_portal  # noqa: PLC0415 -- models are ready now
        from shared_services.portal.selectors import find_mail_address  # noqa: PLC0415
        from tenants.mail.senders import answers_go_to  # noqa: PLC0415
        from tenants.provisioning import seeds  # noqa: PLC0415

        seeds.register("portal.profile_and_pages", seed_portal)
        answers_go_to(find_mail_address)
