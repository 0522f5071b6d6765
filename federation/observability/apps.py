"""Logs, metrics, health and headers."""

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """No tables."""

    name = "federation.observability"
    label = "observability"

    def ready(self) -> None:
        """Count what happens to connections."""
        from federation.observability import databases  # noqa: PLC0415 -- metrics need the settings first

        databases.connect()
