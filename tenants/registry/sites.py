"""Host to site, held in process: a request finds its tenant without a query.

The directory is one immutable snapshot, replaced whole when the generation of the registry moves. The web process hears
of it through `tenants.registry.listener`; a process without a listener looks at the number itself, at most once in
`VERBUND_REGISTRY_POLL_SECONDS`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import get_language

from tenants.context import TenantRef, as_umbrella
from tenants.registry import generations
from tenants.registry.models import Domain, Generation, Region, Tenant

log = structlog.get_logger(__name__)

SiteKind = Literal["tenant", "umbrella", "console"]


@dataclass(frozen=True)
class OperatorInfo:
    """Who runs a portal, and whom to call."""

    id: UUID
    slug: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class RegionInfo:
    """A region as pages need it."""

    id: UUID
    slug: str
    name: str
    short_name: str
    host: str
    operator: OperatorInfo
    texts: Mapping[str, Mapping[str, str]] = field(hash=False)
    theme: Mapping[str, object] = field(hash=False)
    contact: Mapping[str, object] = field(hash=False)

    def text(self, name: str, language: str) -> str:
        """Return one of the region's texts in a language, in German where it has none in that."""
        texts = self.texts.get(name, {})
        return texts.get(language) or texts.get("de", "")

    @property
    def claim(self) -> str:
        """The region's claim in the reader's language."""
        return self.text("claim", (get_language() or "de")[:2])


@dataclass(frozen=True)
class TenantInfo:
    """A tenant as pages need it. `ref` opens its schema. `ars` is the key valid today."""

    ref: TenantRef
    name: str
    official_name: str
    sort_key: str
    kind: str
    life: str
    host: str
    region_slug: str
    operator: OperatorInfo
    district_id: UUID | None
    state_code: str
    ags: str
    ars: str
    latitude: float | None
    longitude: float | None
    population: int | None
    postcodes: tuple[str, ...]
    schema_version: str
    suspended_reason: str

    @property
    def id(self) -> UUID:
        """The tenant's id."""
        return self.ref.id

    @property
    def slug(self) -> str:
        """The tenant's short name in URLs and commands."""
        return self.ref.slug

    @property
    def is_open(self) -> bool:
        """Whether citizens may see its pages."""
        return self.life in {"pilot", "live", "leaving"}


@dataclass(frozen=True)
class Site:
    """What a host stands for. `redirect_to` is the primary host when this one is an alias."""

    kind: SiteKind
    host: str
    region: RegionInfo | None = None
    tenant: TenantInfo | None = None
    redirect_to: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """All sites at one generation."""

    generation: int
    sites: Mapping[str, Site]
    regions: Mapping[str, RegionInfo]
    tenants: Mapping[str, TenantInfo]


class SiteDirectory:
    """The snapshot in force, and the generation numbers heard of."""

    def __init__(self) -> None:
        """Start empty: the first look loads."""
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._generations: dict[str, int] = {}
        self._checked_at = 0.0
        self.is_listening = False

    def snapshot(self) -> Snapshot:
        """Return the snapshot in force, reloading it first if it is out of date."""
        snapshot = self._snapshot
        if snapshot is not None and (self.is_listening or not self._is_check_due()):
            return snapshot
        with self._lock:
            return self._checked_snapshot()

    def _is_check_due(self) -> bool:
        return time.monotonic() - self._checked_at >= settings.VERBUND_REGISTRY_POLL_SECONDS

    def _checked_snapshot(self) -> Snapshot:
        """Compare generations with the database and reload if they differ. The lock is held.

        While the database is away the last snapshot goes on serving what needs no query.
        """
        try:
            return self._compare()
        except DatabaseError as away:
            if self._snapshot is None:
                raise
            log.warning("sites.database_away", error=type(away).__name__)
            self._checked_at = time.monotonic()
            return self._snapshot

    def _compare(self) -> Snapshot:
        with as_umbrella():
            self._generations = dict(Generation.objects.values_list("scope", "number"))
            current = self._generations.get(generations.REGISTRY, 0)
            if self._snapshot is None or self._snapshot.generation != current:
                self._snapshot = _load(current)
        self._checked_at = time.monotonic()
        return self._snapshot

    def resolve(self, host: str) -> Site | None:
        """Return the site of a host name (lower case, no port), or None. An unknown host is looked up once more."""
        found = self.snapshot().sites.get(host)
        if found is None and not self.is_listening and self._is_check_due():
            self.reload()
            found = self.snapshot().sites.get(host)
        return found

    def generation(self, scope: str) -> int:
        """Return the number last heard of for a scope; see `generations`."""
        self.snapshot()
        return self._generations.get(scope, 0)

    def heard(self, scope: str, number: int) -> None:
        """Take note of a moved generation (called by the listener)."""
        if scope == generations.REGISTRY:
            self.reload()
        elif number > self._generations.get(scope, 0):
            self._generations[scope] = number

    def reload(self) -> Snapshot:
        """Compare with the database now."""
        with self._lock:
            return self._checked_snapshot()

    def forget(self) -> None:
        """Start anew, as after a fork or between tests."""
        with self._lock:
            self._snapshot, self._generations, self._checked_at = None, {}, 0.0


def _load(generation: int) -> Snapshot:
    regions = {row.slug: _region_info(row) for row in Region.objects.select_related("operator")}
    hosts: dict[UUID, list[Domain]] = {}
    for domain in Domain.objects.all():
        hosts.setdefault(domain.tenant_id, []).append(domain)
    tenants: dict[str, TenantInfo] = {}
    sites = {info.host: Site(kind="umbrella", host=info.host, region=info) for info in regions.values()}
    query = Tenant.objects.select_related("operator", "region").prefetch_related("codes").order_by("sort_key")
    for row in query:
        domains = hosts.get(row.id, [])
        info = _tenant_info(row, next((d.domain for d in domains if d.is_primary), ""))
        tenants[row.slug] = info
        for domain in domains:
            sites[domain.domain] = Site(
                kind="tenant",
                host=domain.domain,
                region=regions[row.region.slug],
                tenant=info,
                redirect_to=None if domain.is_primary else info.host,
            )
    sites[settings.VERBUND_CONSOLE_HOST] = Site(kind="console", host=settings.VERBUND_CONSOLE_HOST)
    return Snapshot(generation, MappingProxyType(sites), MappingProxyType(regions), MappingProxyType(tenants))


def _operator_info(row: Region | Tenant) -> OperatorInfo:
    operator = row.operator
    return OperatorInfo(
        id=operator.id, slug=operator.slug, name=operator.name, phone=operator.phone, email=operator.email
    )


def _region_info(row: Region) -> RegionInfo:
    return RegionInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        texts=row.texts,
        host=row.host,
        operator=_operator_info(row),
        theme=row.theme,
        contact=row.contact,
    )


def _tenant_info(row: Tenant, host: str) -> TenantInfo:
    codes = sorted(row.codes.all(), key=lambda code: code.valid_from)
    return TenantInfo(
        ref=row.ref,
        name=row.name,
        official_name=row.official_name,
        sort_key=row.sort_key,
        kind=row.kind,
        life=row.life,
        host=host,
        region_slug=row.region.slug,
        operator=_operator_info(row),
        district_id=row.district_id,
        state_code=row.state_code,
        ags=codes[-1].ags if codes else "",
        ars=codes[-1].ars if codes else "",
        latitude=row.latitude,
        longitude=row.longitude,
        population=row.population,
        postcodes=tuple(row.postcodes),
        schema_version=row.schema_version,
        suspended_reason=row.suspended_reason,
    )


directory = SiteDirectory()
