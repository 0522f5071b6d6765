"""Logs, metrics, health and headers."""

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """No tables."""

    name = "federation.observability"
    label = "observability"
