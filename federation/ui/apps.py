"""The design system as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Serve templates and static files; there are no models."""

    name = "federation.ui"
    label = "ui"
