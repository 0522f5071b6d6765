"""The demo: three regions, twenty tenants."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """No tables."""

    name = "federation.demo"
    label = "demo"
