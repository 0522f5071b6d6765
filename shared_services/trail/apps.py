"""The audit trail of a town, for its administration and its auditors."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """No tables of its own: entries lie with `tenants.audit`."""

    name = "shared_services.trail"
    label = "trail"
