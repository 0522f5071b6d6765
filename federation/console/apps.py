"""The operators' console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """No tables."""

    name = "federation.console"
    label = "console"

    def ready(self) -> None:
        """Keep the last error of each tenant, which the console shows."""
        from federation.console import errors_noted  # noqa: PLC0415 -- needs the registry of apps

        errors_noted.connect()
