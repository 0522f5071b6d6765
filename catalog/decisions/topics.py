"""Topics as this tenant calls them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.decisions.localsource import list_local_services
from catalog.decisions.models import CategoryLabel
from catalog.decisions.selectors import list_town_services
from catalog.resolution.values import SOURCE_LANGUAGE
from catalog.services import selectors as shared
from catalog.services.selectors import CategoryInfo
from tenants.registry.memory import remembered


@dataclass(frozen=True, slots=True)
class TownCategory:
    """A topic by the tenant's own label. `codes`: the shared topics that it stands for, `code` the first of them."""

    code: str
    icon: str
    label: str
    description: str
    count: int = 0
    codes: tuple[str, ...] = ()


def list_categories(language: str) -> list[TownCategory]:
    """Return the topics that citizens find here, with the number of services of each. Four queries."""
    services = [*list_town_services(fields=()), *list_local_services(())]
    offered = [one.record.category_codes for one in services if one.decided.is_listed]
    return [one for one in list_shown_categories(language, offered=offered) if one.count]


def list_shown_categories(language: str, *, offered: Iterable[Collection[str]] = ()) -> list[TownCategory]:
    """Return the topics as citizens see them: those that the tenant calls alike in German are one. Two queries.

    `offered`: the shared codes of each service that is counted. Codes stay what they are; see `TownCategory.codes`.
    """
    own, found = list_category_labels(), [frozenset(codes) for codes in offered]
    alike: dict[str, list[CategoryInfo]] = {}
    for info in shared.list_categories():
        alike.setdefault(_label(info, own, SOURCE_LANGUAGE).casefold(), []).append(info)
    return [_merged(infos, own, found, language=language) for infos in alike.values()]


def list_all_categories(language: str) -> list[TownCategory]:
    """Return every shared topic by itself with the tenant's label, for staff; in two queries."""
    own = list_category_labels()
    return [_merged([info], own, (), language=language) for info in shared.list_categories()]


def _merged(
    infos: Sequence[CategoryInfo],
    own: Mapping[tuple[str, str], str],
    offered: Collection[Collection[str]],
    *,
    language: str,
) -> TownCategory:
    first, codes = infos[0], tuple(one.code for one in infos)
    return TownCategory(
        code=first.code,
        icon=first.icon,
        label=next((own[code, language] for code in codes if own.get((code, language))), first.label(language)),
        description="; ".join(filter(None, (one.description(language) for one in infos))),
        count=sum(not set(codes).isdisjoint(one) for one in offered),
        codes=codes,
    )


@remembered
def list_category_labels() -> dict[tuple[str, str], str]:
    """Return the tenant's own labels by code and language."""
    return {(row.code, row.language): row.label for row in CategoryLabel.objects.all()}


def _label(info: CategoryInfo, own: Mapping[tuple[str, str], str], language: str) -> str:
    return own.get((info.code, language)) or info.label(language)
