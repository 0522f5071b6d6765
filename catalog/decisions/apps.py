"""What a tenant decides on each service, and where it deviates."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Tenant app."""

    name = "catalog.decisions"
    label = "decisions"
