"""The rival's registry as a Django app."""

from django.apps import AppConfig


class RivalConfig(AppConfig):
    """Shared app."""

    name = "tests.benchmarks.rival"
    label = "rival"
