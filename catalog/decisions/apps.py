"""What a tenant decides on each service, and where it deviates."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Tenant app."""

    name = "catalog.decisions"
    label = "decisions"
    verbose_name = "Decisions on services"

    def ready(self) -> None:
        """Give a new tenant its labels of topics."""
        from catalog.decisions.seeds import seed_category_labels  # noqa: PLC0415 -- models are ready now
        from tenants.provisioning import seeds  # noqa: PLC0415 -- models are ready now

        seeds.register("catalog.category_labels", seed_category_labels)
