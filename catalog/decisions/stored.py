"""What the tenant has stored on services, read in one query, and the service that comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from catalog.decisions.drafts import DraftInfo
from catalog.decisions.models import Adoption, Override
from catalog.decisions.town import StoredDecision, TownService, profile_of
from catalog.resolution.decide import ONLINE, AdoptionRow, Decided, Decision, TenantProfile, decide, find_authority
from catalog.resolution.values import LayerRow, Provenance
from catalog.services.pinned import as_held, list_held_versions
from catalog.services.selectors import ServiceRecord
from tenants.registry.memory import remembered
from tenants.registry.sites import TenantInfo


@remembered
def read_decision(service_id: UUID) -> StoredDecision | None:
    """Return what is stored on one service, with all own values."""
    return read_stored(Adoption.objects.filter(service_id=service_id)).get(service_id)


@remembered
def read_decisions(fields: tuple[str, ...]) -> dict[UUID, StoredDecision]:
    """Return what is stored on every service, with the own values of some fields."""
    return read_stored(Adoption.objects.all(), fields)


def read_stored(query: QuerySet[Adoption], fields: Collection[str] | None = None) -> dict[UUID, StoredDecision]:
    """Return what is stored on the services of a query, in one query, and one more if some are held in a version."""
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
    held = list_held_versions(pinned, fields)
    return {
        row.service_id: StoredDecision(
            _adoption_row(row),
            row.version,
            row.pinned_version,
            tuple(row.override_data or ()),
            # A row that was made just to be locked says nothing.
            row.is_preset or row.version == 0,
            held.get(row.service_id),
        )
        for row in found
    }


def town_service(record: ServiceRecord, stored: StoredDecision | None, town: TenantInfo) -> TownService:
    """Return a service as it holds here, given what is stored on it."""
    profile = profile_of(town)
    decided = decide(record.head, profile, stored.decision if stored else None)
    own_rows = {row.key: row for row in _own_rows(stored.own_values if stored else (), town, profile)}
    active: Iterable[LayerRow] = own_rows.values() if decided.uses_overrides else ()
    seen = seen_record(record, stored, decided, town=town)
    return TownService(
        record=record,
        decided=decided,
        effective=seen.resolve_in(ars=town.ars, region=town.region_slug, own_rows=active),
        own_rows=own_rows,
        authority=find_authority(seen.authorities, ars=town.ars),
        online_authority=find_authority(seen.authorities, ars=town.ars, role=ONLINE),
        is_current=seen.is_visible(timezone.now()),
        decision_version=stored.version if stored else 0,
        pinned_version=stored.pinned_version if stored else None,
    )


def seen_record(
    record: ServiceRecord, stored: StoredDecision | None, decided: Decided, *, town: TenantInfo
) -> ServiceRecord:
    """Return what the shared layers say here: in the version that the tenant stays with, or in the newest."""
    held = stored.held if stored is not None and decided.is_own else None
    return as_held(record, held, ars=town.ars, region=town.region_slug)


def with_drafts(stored: StoredDecision | None, drafts: Iterable[DraftInfo]) -> StoredDecision:
    """Return what would be stored on a service once these drafts are published."""
    written = {(one.key.field, one.key.language): one for one in drafts}
    kept = [one for one in (stored.own_values if stored else ()) if (one["field"], one["language"]) not in written]
    fresh = [
        {
            "field": field,
            "language": language,
            "value": one.value,
            "author": one.edited_by,
            "changed_at": one.edited_at.isoformat(),
            "version": one.ground.version + 1,
        }
        for (field, language), one in written.items()
    ]
    return StoredDecision(
        row=AdoptionRow(Decision.OVERRIDE),
        version=stored.version if stored else 0,
        pinned_version=stored.pinned_version if stored else None,
        own_values=(*kept, *fresh),
        held=stored.held if stored else None,
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
