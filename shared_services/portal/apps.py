"""A town's portal: branding, contact, hours, notices, legal pages."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, NOTHING, Personal, TenantAppConfig


class PortalConfig(TenantAppConfig):
    """Tenant app. Published texts and the office's addresses are public; persons are not, messages are sealed."""

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
        """Register what a new portal starts with, where answers to its mails go, and when messages to it do."""
        from shared_services.portal.onboarding import seed_portal  # noqa: PLC0415 -- models are ready now
        from shared_services.portal.retention import retell_due_days  # noqa: PLC0415
        from shared_services.portal.selectors import find_mail_address  # noqa: PLC0415
        from tenants.lifecycle.services import register_retelling  # noqa: PLC0415
        from tenants.mail.senders import answers_go_to  # noqa: PLC0415
        from tenants.provisioning import seeds  # noqa: PLC0415

        seeds.register("portal.profile_and_pages", seed_portal)
        answers_go_to(find_mail_address)
        register_retelling(retell_due_days)
