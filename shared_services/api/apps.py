"""What programs read of a town, and the pages on which its administration gives them access."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """No tables of its own: tokens lie with `tenants.apitokens`."""

    name = "shared_services.api"
    label = "api"
