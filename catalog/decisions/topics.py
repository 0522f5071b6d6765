"""Topics as this tenant calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.decisions.localsource import list_local_services
from catalog.decisions.models import CategoryLabel
from catalog.decisions.selectors import list_town_services
from catalog.services import selectors as shared
from catalog.services.selectors import CategoryInfo
from tenants.registry.memory import remembered


@dataclass(frozen=True, slots=True)
class TownCategory:
    """A topic by the tenant's own label."""

    code: str
    icon: str
    label: str
    description: str
    count: int = 0


def list_categories(language: str) -> list[TownCategory]:
    """Return the topics that have services here, with the tenant's labels and the number of services. Four queries."""
    counts: dict[str, int] = {}
    for service in [*list_town_services(fields=()), *list_local_services(())]:
        if service.decided.is_listed:
            for code in service.record.category_codes:
                counts[code] = counts.get(code, 0) + 1
    return [one for one in list_all_categories(language, counts=counts) if one.count]


def list_all_categories(language: str, *, counts: Mapping[str, int] | None = None) -> list[TownCategory]:
    """Return all shared topics with the tenant's labels, in two queries."""
    own = list_category_labels()
    return [
        TownCategory(
            code=info.code,
            icon=info.icon,
            label=_label(info, own, language),
            description=info.description(language),
            count=(counts or {}).get(info.code, 0),
        )
        for info in shared.list_categories()
    ]


@remembered
def list_category_labels() -> dict[tuple[str, str], str]:
    """Return the tenant's own labels by code and language."""
    return {(row.code, row.language): row.label for row in CategoryLabel.objects.all()}


def _label(info: CategoryInfo, own: Mapping[tuple[str, str], str], language: str) -> str:
    return own.get((info.code, language)) or info.label(language)
