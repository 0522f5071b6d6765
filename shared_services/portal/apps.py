"""A town's portal: branding, contact, hours, notices, legal pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Tenant app."""

    name = "shared_services.portal"
    label = "portal"
