"""Search, for a town and for a region. Reads projections only; never a tenant's schema.

Query budget in a town: documents, local services, (both again for typing errors, when nothing was found), decisions,
own titles, services: 5 or 7. In a region: documents, local services, (both again), decisions, services: 4 or 6. One
more where a local service was found, and one where the town stays with an earlier version of a service found. The
number of tenants and services is no matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from catalog.resolution.decide import (
    AdoptionRow,
    AuthorityRow,
    Decided,
    Decision,
    TenantProfile,
    decide,
    find_authority,
)
from catalog.resolution.values import EffectiveService, LayerRow, Provenance
from catalog.search.local import LocalFound, forgive_local, rank_local, shown_slugs
from catalog.search.models import DecisionProjection, OverrideProjection, SearchDocument
from catalog.search.queries import ParsedQuery, loose, parse, strict
from catalog.services.pinned import HeldVersion, as_held, list_held_versions
from catalog.services.selectors import ServiceRecord, list_services, published_condition, released_condition
from tenants.registry.sites import TenantInfo, directory

LIMIT: Final = 50
_MIN_SIMILARITY: Final = 0.55
# What many people look for comes before what few do when both fit: 10 makes a hit half as good again.
_PROMINENCE_SCALE: Final = 20
_SHOWN: Final = ("title", "teaser")


@dataclass(frozen=True, slots=True)
class Hit:
    """A service found, as it is shown. In a town `decided` says what the town does; in a region `tenants` offer it.

    `is_local`: only one town has it; it has no page at the umbrella.
    """

    service_id: UUID
    slug: str
    title: str
    teaser: str
    score: float
    decided: Decided | None = None
    authority: AuthorityRow | None = None
    tenants: tuple[TenantInfo, ...] = field(default=(), repr=False)
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A tenant in whose portal citizens find a service: done there, or linked from there to `authority`."""

    tenant: TenantInfo
    decided: Decided
    authority: AuthorityRow | None = None


def search(query: str, *, language: str, tenant: TenantInfo | None = None, region: str | None = None) -> list[Hit]:
    """Search in a town (inside its context) or in a region (as the umbrella); exactly one of both is named."""
    if tenant is not None:
        return search_town(query, language=language, tenant=tenant)
    if region is None:
        message = "search needs a tenant or a region"
        raise ValueError(message)
    return search_region(query, language=language, region=region)


def search_town(query: str, *, language: str, tenant: TenantInfo) -> list[Hit]:
    """Return what applies in a town, best first, under the town's own titles.

    What the town does not offer comes last, with `decided.kind` NOT_OFFERED: its page says why and where to go instead.
    What nobody does there is left out.
    """
    scores, local = _find(parse(query), language, [tenant.id], is_any_validity=True)
    hits = _local_hits(local, [tenant])
    if not scores:
        return hits
    decisions = {row.service_id: row for row in _decisions(scores, [tenant])}
    own, held, now = _own_texts(scores, tenant), _held(decisions.values()), timezone.now()
    for record in list_services(ids=list(scores), is_any_validity=True):
        decided = decide(record.head, profile_of_tenant(tenant), _adoption(decisions.get(record.id)))
        version = held.get(record.id) if decided.is_own else None
        seen = as_held(record, version, ars=tenant.ars, region=tenant.region_slug)
        if decided.kind is not Decision.NOBODY and seen.is_visible(now):
            rows = own.get(record.id, ()) if decided.is_own else ()
            effective = seen.resolve_in(ars=tenant.ars, region=tenant.region_slug, own_rows=rows)
            authority = find_authority(seen.authorities, ars=tenant.ars)
            hits.append(
                _hit(record, effective, language, score=scores[record.id], decided=decided, authority=authority)
            )
    return sorted(hits, key=lambda hit: (not (hit.decided and hit.decided.is_listed), -hit.score, hit.slug))


def search_region(query: str, *, language: str, region: str) -> list[Hit]:
    """Return the services that at least one open portal of the region offers or links, best first, and local ones.

    `tenants` of a hit are those portals in German order. A town’s own title finds a service too, the shared one is
    shown.
    """
    members = list_open_tenants(region)
    scores, local = _find(parse(query), language, [member.id for member in members])
    hits = _local_hits(local, members)
    if not scores:
        return hits
    decisions = {(row.tenant_id, row.service_id): row for row in _decisions(scores, members)}
    for record in list_services(ids=list(scores)):
        offers = _offers(record, members, decisions)
        if offers:
            effective = record.resolve_in(ars="", region=region)
            tenants = tuple(offer.tenant for offer in offers)
            hits.append(_hit(record, effective, language, score=scores[record.id], tenants=tenants))
    return sorted(hits, key=lambda hit: (-hit.score, hit.slug))


def list_offering_tenants(record: ServiceRecord, *, region: str = "") -> list[Offer]:
    """Return the open portals, of one region if named, in which citizens find this service; one query.

    Each with its decision: `decided.is_own` when the tenant does it itself, else it links to `authority`.
    """
    return list_offers(record, _decisions([record.id], list_open_tenants(region)), region=region)


def list_offers(record: ServiceRecord, rows: Iterable[DecisionProjection], *, region: str = "") -> list[Offer]:
    """Return the same from decisions on this service that the caller has read already: no query."""
    decisions = {(row.tenant_id, row.service_id): row for row in rows}
    return _offers(record, list_open_tenants(region), decisions)


def list_open_tenants(region: str = "") -> list[TenantInfo]:
    """Return the tenants to whose portals citizens are led, in German order, from the directory: no query."""
    return [
        tenant
        for tenant in directory.snapshot().tenants.values()
        if tenant.is_listed and (not region or tenant.region_slug == region)
    ]


def _find(
    query: ParsedQuery, language: str, tenant_ids: Collection[UUID], *, is_any_validity: bool = False
) -> tuple[dict[UUID, float], list[LocalFound]]:
    """Return scores by service, and local services: every word found, else typing errors forgiven, else any word.

    `is_any_validity`: shared services too that are not valid today; the caller knows which version holds.
    """
    if query.is_empty:
        return {}, []
    documents = _documents(language, is_any_validity=is_any_validity)
    found, local = _rank(documents, query, tenant_ids), rank_local(query, language, tenant_ids)
    if found or local:
        return found, local
    return _forgive(documents, query, tenant_ids), forgive_local(query, language, tenant_ids)


@dataclass(frozen=True, slots=True)
class _Documents:
    """What is searched, and in which language."""

    rows: QuerySet[SearchDocument]
    language: str


def _documents(language: str, *, is_any_validity: bool) -> _Documents:
    """Documents of services that may be seen now: checked here and not when written, so nothing withdrawn is found."""
    condition = released_condition("service__") if is_any_validity else published_condition("service__")
    return _Documents(SearchDocument.objects.filter(condition, language=language), language)


def _rank(documents: _Documents, query: ParsedQuery, tenant_ids: Collection[UUID]) -> dict[UUID, float]:
    language = documents.language
    wanted = strict(query, language)
    own = OverrideProjection.objects.filter(
        service_id=OuterRef("service_id"), tenant_id__in=tenant_ids, language=language, vector=wanted
    )
    own_rank = own.annotate(rank=SearchRank(F("vector"), wanted)).order_by("-rank").values("rank")[:1]
    rows = (
        documents.rows.filter(Q(vector=wanted) | Exists(own))
        .annotate(
            score=Greatest(
                SearchRank(F("vector"), wanted), Coalesce(Subquery(own_rank, output_field=FloatField()), Value(0.0))
            )
        )
        .order_by("-score")
        .values_list("service_id", "score")[:LIMIT]
    )
    return dict(rows)


def _forgive(documents: _Documents, query: ParsedQuery, tenant_ids: Collection[UUID]) -> dict[UUID, float]:
    language = documents.language
    words = [word for word in query.folded if len(word) > 2]
    if not words:
        return {}
    similar = {f"w{number}": TrigramWordSimilarity(word, F("words")) for number, word in enumerate(words)}
    total = sum((F(name) for name in similar), start=Value(0.0)) / Value(float(len(words)))
    own = OverrideProjection.objects.filter(
        service_id=OuterRef("service_id"), tenant_id__in=tenant_ids, language=language
    )
    alike = _any_of(Q(words__trigram_word_similar=word) for word in words)
    rows = (
        documents.rows.filter(alike | Exists(own.filter(alike)) | Q(vector=loose(query, language)))
        .annotate(**similar)
        .annotate(score=total, rank=SearchRank(F("vector"), loose(query, language)))
        .order_by("-score", "-rank")
        .values_list("service_id", "score", "rank")[:LIMIT]
    )
    found = list(rows)
    alike_ones = {service_id: score for service_id, score, _rank in found if score >= _MIN_SIMILARITY}
    return alike_ones or {service_id: rank for service_id, _score, rank in found if rank > 0}


def _any_of(conditions: Iterable[Q]) -> Q:
    """Join conditions with "or"."""
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined


def _decisions(service_ids: Iterable[UUID], tenants: Iterable[TenantInfo]) -> QuerySet[DecisionProjection]:
    """Decisions of these towns alone, without what only the comparison and the matrix read."""
    rows = DecisionProjection.objects.filter(
        service_id__in=list(service_ids), tenant_id__in=[tenant.id for tenant in tenants]
    )
    return rows.defer("figures", "own_fields")


def profile_of_tenant(tenant: TenantInfo) -> TenantProfile:
    """Return what a decision needs to know of a tenant."""
    return TenantProfile(tenant.kind, tenant.ars, tenant.region_slug)


def _adoption(row: DecisionProjection | None) -> AdoptionRow | None:
    if row is None or row.is_preset:
        return None
    return AdoptionRow(Decision(row.decision), link_url=row.link_url, link_authority=row.link_authority)


def _held(rows: Iterable[DecisionProjection]) -> dict[UUID, HeldVersion]:
    """Return what the town stays with, in one query; none where it follows the newest version of everything."""
    versions = {row.service_id: row.pinned_version for row in rows if row.pinned_version is not None}
    return list_held_versions(versions, _SHOWN)


def _own_texts(service_ids: Iterable[UUID], tenant: TenantInfo) -> dict[UUID, list[LayerRow]]:
    origin = Provenance(layer=profile_of_tenant(tenant).layer, area=tenant.ars, owner=tenant.name)
    found: dict[UUID, list[LayerRow]] = {}
    for row in OverrideProjection.objects.filter(service_id__in=list(service_ids), tenant_id=tenant.id):
        rows = found.setdefault(row.service_id, [])
        rows.extend(LayerRow(name, row.language, value, origin) for name, value in row.texts.items())
    return found


def _offers(
    record: ServiceRecord, members: Iterable[TenantInfo], decisions: Mapping[tuple[UUID, UUID], DecisionProjection]
) -> list[Offer]:
    found = []
    for member in members:
        decided = decide(record.head, profile_of_tenant(member), _adoption(decisions.get((member.id, record.id))))
        if decided.is_listed:
            found.append(Offer(member, decided, find_authority(record.authorities, ars=member.ars)))
    return found


def _local_hits(found: Collection[LocalFound], members: Iterable[TenantInfo]) -> list[Hit]:
    towns = {member.id: member for member in members}
    slugs = shown_slugs(found, towns)
    decided = Decided(Decision.OVERRIDE, is_preset=False, row=AdoptionRow(Decision.OVERRIDE))
    return [
        Hit(
            service_id=one.service_id,
            slug=slugs[one.service_id],
            title=one.title or one.slug,
            teaser=one.teaser,
            score=one.score * (1 + one.prominence / _PROMINENCE_SCALE),
            decided=decided,
            tenants=(towns[one.tenant_id],),
            is_local=True,
        )
        for one in found
    ]


def _hit(record: ServiceRecord, effective: EffectiveService, language: str, *, score: float, **more: Any) -> Hit:
    return Hit(
        service_id=record.id,
        slug=record.slug,
        title=str(effective.shown("title", language).value or record.slug),
        teaser=str(effective.shown("teaser", language).value or ""),
        score=score * (1 + record.prominence / _PROMINENCE_SCALE),
        **more,
    )
