"""A town's portal: branding, contact, hours, notices, legal pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Tenant app."""

    name = "shared_services.portal"
    label = "portal"

    def ready(self) -> None:
        """Register what a new portal starts with."""
        from shared_services.portal.onboarding import seed_portal  # noqa: PLC0415 -- models are ready now
        from tenants.provisioning import seeds  # noqa: PLC0415

        seeds.register("portal.profile_and_pages", seed_portal)
