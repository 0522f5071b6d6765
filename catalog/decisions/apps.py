"""What a tenant decides on each service, and where it deviates."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, NOTHING, Personal, TenantAppConfig


class DecisionsConfig(TenantAppConfig):
    """Tenant app. What stands on citizens' pages is public; who wrote it is not."""

    name = "catalog.decisions"
    label = "decisions"
    verbose_name = "Decisions on services"
    personal: ClassVar[Mapping[str, Personal]] = {
        "Adoption": {"decided_by": ""},
        "Override": {"author": ""},
        "OverrideHistory": {"author": "", "approved_by": ""},
        "DecisionChange": {"author": ""},
        "ValueDraft": {"edited_by": "", "submitted_by": "", "closed_by": "", "editors": [], "note": "", "comment": ""},
        "PublishingRules": {"changed_by": ""},
        "BulkChange": {"author": "", "undone_by": ""},
        "SavedView": DROP_ROWS,
        "CategoryLabel": NOTHING,
    }
    added_only: ClassVar[Collection[str]] = ("OverrideHistory", "DecisionChange")

    def ready(self) -> None:
        """Give a new tenant its labels of topics."""
        from catalog.decisions.seeds import seed_category_labels  # noqa: PLC0415 -- models are ready now
        from tenants.provisioning import seeds  # noqa: PLC0415 -- models are ready now

        seeds.register("catalog.category_labels", seed_category_labels)
