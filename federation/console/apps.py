"""The operators' console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """No tables."""

    name = "federation.console"
    label = "console"
