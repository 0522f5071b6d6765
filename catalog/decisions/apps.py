"""What a tenant decides on each service, and where it deviates."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, NOTHING, Personal, TenantAppConfig


class DecisionsConfig(TenantAppConfig):
    """Tenant app. What stands on citizens' pages is public; who wrote it is not, nor is what has been withdrawn.

    A copy's histories begin with what stands there then, as `history` has them begin for texts older than it.
    """

    name = "catalog.decisions"
    label = "decisions"
    verbose_name = "Decisions on services"
    personal: ClassVar[Mapping[str, Personal]] = {
        "Adoption": {"decided_by": ""},
        "Override": {"author": ""},
        "OverrideHistory": DROP_ROWS,
        "DecisionChange": DROP_ROWS,
        "ValueDraft": DROP_ROWS,
        "PublishingRules": {"changed_by": ""},
        "BulkChange": DROP_ROWS,
        "SavedView": DROP_ROWS,
        "CategoryLabel": NOTHING,
    }
    added_only: ClassVar[Collection[str]] = ("OverrideHistory", "DecisionChange")

    def ready(self) -> None:
        """Give a new tenant its labels of topics."""
        from catalog.decisions.seeds import seed_category_labels  # noqa: PLC0415 -- models are ready now
        from tenants.provisioning import seeds  # noqa: PLC0415 -- models are ready now

        seeds.register("catalog.category_labels", seed_category_labels)
