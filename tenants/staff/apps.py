"""People of a municipality."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Tenant app: each municipality's people are known in its own schema only."""

    name = "tenants.staff"
    label = "staff"
