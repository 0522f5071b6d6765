"""Read services as they hold in the tenant of the running context. Plain values leave, no querysets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from catalog.decisions.above import as_pinned
from catalog.decisions.localsource import get_local_service, list_local_services
from catalog.decisions.models import Adoption, CategoryLabel, Override
from catalog.resolution.decide import (
    AdoptionRow,
    AuthorityRow,
    Decided,
    Decision,
    TenantProfile,
    decide,
    find_authority,
)
from catalog.resolution.resolve import applies_in, closeness
from catalog.resolution.values import FIGURES, LANGUAGES, EffectiveService, FieldKey, LayerRow, Provenance
from catalog.services import selectors as shared
from catalog.services.pinned import list_pinned_rows
from catalog.services.selectors import CategoryInfo, ServiceRecord
from tenants.context import current_tenant
from tenants.errors import NotFound
from tenants.registry.memory import remembered
from tenants.registry.sites import TenantInfo, directory
from tenants.sorting import german_sort_key

# What projections keep of an own value: which field, and against which value from above it was written.
OWN_FIELD_KEYS: Final = ("field", "language", "base_layer", "base_area", "base_version")


@dataclass(frozen=True, slots=True)
class TownService:
    """A service in this tenant: what it does with it, what holds, and its own rows, resting ones too.

    `decision_version` is 0 while nobody has decided; forms carry it back. `is_local`: only this tenant has the service.
    """

    record: ServiceRecord
    decided: Decided
    effective: EffectiveService
    own_rows: Mapping[FieldKey, LayerRow] = field(hash=False)
    authority: AuthorityRow | None = None
    decision_version: int = 0
    pinned_version: int | None = None
    is_local: bool = False

    @property
    def id(self) -> UUID:
        """The service's id."""
        return self.record.id

    @property
    def slug(self) -> str:
        """The service's name in addresses."""
        return self.record.slug

    def text(self, name: str, language: str) -> Any:
        """Return a field's value for a page in this language, German standing in."""
        return self.effective.shown(name, language).value

    def title(self, language: str) -> str:
        """Return the title that this tenant shows."""
        return str(self.text("title", language) or self.slug)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What this tenant has stored on a service: its decision and, as plain data, its own values.

    `is_preset`: the decision was given back, `row` means nothing. `pinned_rows`: what the shared layers said in the
    version that the tenant stays with; None where it follows the newest.
    """

    row: AdoptionRow
    version: int
    pinned_version: int | None
    own_values: tuple[Mapping[str, Any], ...] = field(hash=False)
    is_preset: bool = False
    pinned_rows: tuple[LayerRow, ...] | None = None

    @property
    def decision(self) -> AdoptionRow | None:
        """The decision; None while the preset holds."""
        return None if self.is_preset else self.row

    @property
    def holds_own_values(self) -> bool:
        """The tenant's own values hold."""
        return not self.is_preset and self.row.decision is Decision.OVERRIDE


@dataclass(frozen=True, slots=True)
class DecidedService:
    """A service and what the tenant has decided on it; what it says is yet to be resolved."""

    record: ServiceRecord
    decided: Decided
    stored: StoredDecision | None

    @property
    def is_as_shared(self) -> bool:
        """Nothing of the tenant's own counts in the fields that were read: the shared layers alone say what holds."""
        return self.stored is None or not (self.stored.own_values or self.stored.pinned_rows is not None)


@dataclass(frozen=True, slots=True)
class TownCategory:
    """A topic by the tenant's own label."""

    code: str
    icon: str
    label: str
    description: str
    count: int = 0


def current_town() -> TenantInfo:
    """Return the directory's entry of the tenant of this context."""
    slug = current_tenant().slug
    return directory.snapshot().tenants.get(slug) or directory.reload().tenants[slug]


def profile_of(town: TenantInfo) -> TenantProfile:
    """Return what decisions need to know of a tenant."""
    return TenantProfile(town.kind, town.ars, town.region_slug)


def get_town_service(slug: str) -> TownService:
    """Return one published service with all its fields, in two queries; a service of the tenant's own takes four.

    Where the tenant stays with an earlier version one query more.

    Raises: NotFound.
    """
    try:
        record = shared.get_service(slug)
    except NotFound:
        local = get_local_service(slug)
        if local is None:
            raise
        return local
    return _town_service(record, _stored_decision(record.id), current_town())


def get_shared_town_service(slug: str) -> TownService:
    """Return one service of the shared catalogue as it holds here.

    Raises: NotFound, for a service of the tenant's own too: what is decided on others does not exist for it.
    """
    found = get_town_service(slug)
    if found.is_local:
        raise NotFound(_("Diese Leistung gibt es nur bei Ihnen. Sie finden sie unter „Eigene Leistungen“."))
    return found


def town_service_of(record: ServiceRecord) -> TownService:
    """Return a service as it would hold here, from a record that may not be published: for previews."""
    return _town_service(record, _stored_decision(record.id), current_town())


def list_town_services(
    *,
    fields: Collection[str] = ("title", "teaser"),
    category: str = "",
    ids: Collection[UUID] | None = None,
) -> list[TownService]:
    """Return published services with some of their fields as they hold here, in two queries, whatever was decided.

    One more if the tenant stays with earlier versions of some.
    """
    records = shared.list_services(fields=fields, category=category, ids=ids)
    town, stored = current_town(), _stored_decisions(tuple(fields))
    return [_town_service(record, stored.get(record.id), town) for record in records]


def list_decided_services(*, fields: Collection[str], category: str = "") -> list[DecidedService]:
    """Return published services with what was decided on them, not resolved yet. As many queries as resolved ones."""
    records = shared.list_services(fields=fields, category=category)
    profile, stored = profile_of(current_town()), _stored_decisions(tuple(fields))
    found = ((record, stored.get(record.id)) for record in records)
    return [
        DecidedService(record, decide(record.head, profile, one.decision if one else None), one)
        for record, one in found
    ]


def resolve_decided(service: DecidedService) -> TownService:
    """Return a decided service as it holds here, with the fields that it was read with."""
    return _town_service(service.record, service.stored, current_town())


def list_offered_services(language: str, *, category: str = "") -> list[TownService]:
    """Return what citizens find in lists: carried out here or linked, in German order of the titles shown.

    Services of the tenant's own stand among the shared ones.
    """
    found = [service for service in list_town_services(category=category) if service.decided.is_listed]
    own = list_local_services(("title", "teaser"))
    found += [service for service in own if not category or category in service.record.category_codes]
    return sorted(found, key=lambda service: german_sort_key(service.title(language)))


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


def describe_for_projection(service_id: UUID) -> dict[str, object]:
    """Return all that projections show of this tenant's decision on a service: the newest event alone is enough."""
    return _described(service_id, _stored_decision(service_id))


def describe_many_for_projection(service_ids: Collection[UUID]) -> list[dict[str, object]]:
    """Return the same for many services, in one query."""
    stored = _stored(Adoption.objects.filter(service_id__in=service_ids))
    return [_described(service_id, stored.get(service_id)) for service_id in service_ids]


def _described(service_id: UUID, stored: StoredDecision | None) -> dict[str, object]:
    texts: dict[str, dict[str, object]] = {}
    figures: dict[str, object] = {}
    own_fields: list[dict[str, object]] = []
    own = stored.own_values if stored and stored.holds_own_values else ()
    own_fields += [{name: data[name] for name in OWN_FIELD_KEYS} for data in own]
    # What holds in a version that the tenant stays with is shown as if it were its own.
    for data in (*_pinned_values(stored), *own):
        if data["field"] in {"title", "teaser", "synonyms"} and data["language"] in LANGUAGES:
            texts.setdefault(data["language"], {})[data["field"]] = data["value"]
        elif data["field"] in FIGURES:
            figures[data["field"]] = data["value"]
    return {
        "service_id": str(service_id),
        "decision": stored.row.decision.value if stored else None,
        "link_url": stored.row.link_url if stored else "",
        "link_authority": stored.row.link_authority if stored else "",
        "texts": texts,
        "figures": figures,
        "own_fields": own_fields,
        "pinned_version": stored.pinned_version if stored else None,
        "is_preset": stored.is_preset if stored else True,
    }


def _pinned_values(stored: StoredDecision | None) -> list[Mapping[str, Any]]:
    """Return what the tenant finds above itself in the version it stays with, as plain data."""
    if stored is None or stored.pinned_rows is None:
        return []
    if not stored.is_preset and stored.row.decision not in {Decision.ADOPT, Decision.OVERRIDE}:
        return []
    town = current_town()
    mine = [row for row in stored.pinned_rows if applies_in(row, ars=town.ars, region=town.region_slug)]
    closest = {row.key: row for row in sorted(mine, key=closeness)}
    return [
        {"field": row.field, "language": row.language, "value": row.value}
        for row in closest.values()
        if row.value is not None
    ]


def list_decided_ids() -> list[UUID]:
    """Return the services that this tenant has decided on."""
    return list(Adoption.objects.order_by("service_id").values_list("service_id", flat=True))


def _label(info: CategoryInfo, own: Mapping[tuple[str, str], str], language: str) -> str:
    return own.get((info.code, language)) or info.label(language)


@remembered
def _stored_decision(service_id: UUID) -> StoredDecision | None:
    return _stored(Adoption.objects.filter(service_id=service_id)).get(service_id)


@remembered
def _stored_decisions(fields: tuple[str, ...]) -> dict[UUID, StoredDecision]:
    return _stored(Adoption.objects.all(), fields)


def _stored(query: QuerySet[Adoption], fields: Collection[str] | None = None) -> dict[UUID, StoredDecision]:
    overrides = Override.objects.filter(service_id=OuterRef("service_id"))
    if fields is not None:
        overrides = overrides.filter(field__in=list(fields))
    names = (
        "field",
        "language",
        "value",
        "author",
        "changed_at",
        "version",
        "base_layer",
        "base_area",
        "base_version",
        "base_value",
    )
    data = overrides.values(data=JSONObject(**{name: name for name in names}))
    found = list(query.annotate(override_data=ArraySubquery(data)))
    pinned = {row.service_id: row.pinned_version for row in found if row.pinned_version is not None}
    pinned_rows = list_pinned_rows(pinned, fields)
    return {
        row.service_id: StoredDecision(
            _adoption_row(row),
            row.version,
            row.pinned_version,
            tuple(row.override_data or ()),
            # A row that was made just to be locked says nothing.
            row.is_preset or row.version == 0,
            pinned_rows.get(row.service_id),
        )
        for row in found
    }


def _town_service(record: ServiceRecord, stored: StoredDecision | None, town: TenantInfo) -> TownService:
    profile = profile_of(town)
    decided = decide(record.head, profile, stored.decision if stored else None)
    own_rows = {row.key: row for row in _own_rows(stored.own_values if stored else (), town, profile)}
    active: Iterable[LayerRow] = own_rows.values() if decided.uses_overrides else ()
    seen = as_pinned(record, stored.pinned_rows if stored and decided.is_own else None, town)
    return TownService(
        record=record,
        decided=decided,
        effective=seen.resolve_in(ars=town.ars, region=town.region_slug, own_rows=active),
        own_rows=own_rows,
        authority=find_authority(record.authorities, ars=town.ars),
        decision_version=stored.version if stored else 0,
        pinned_version=stored.pinned_version if stored else None,
    )


def _adoption_row(stored: Adoption) -> AdoptionRow:
    return AdoptionRow(
        decision=Decision(stored.decision),
        link_url=stored.link_url,
        link_authority=stored.link_authority,
        reason=stored.reason,
        alternative=stored.alternative,
        decided_by=stored.decided_by,
        decided_at=stored.decided_at,
    )


def _own_rows(data: Iterable[Mapping[str, Any]], town: TenantInfo, profile: TenantProfile) -> Iterable[LayerRow]:
    for one in data:
        provenance = Provenance(
            layer=profile.layer,
            area=town.ars,
            owner=town.name,
            author=one["author"],
            changed_at=dt.datetime.fromisoformat(one["changed_at"]),
            version=one["version"],
        )
        yield LayerRow(one["field"], one["language"], one["value"], provenance)
