"""Host to site, held in process: a request finds its tenant without a query.

The directory is one immutable snapshot, replaced whole when the generation of the registry moves. The web process hears
of it through `tenants.registry.listener`; a process without a listener looks at the number itself, at most once in
`VERBUND_REGISTRY_POLL_SECONDS`. A process that changed the registry itself calls `expire`: its next look loads, so that
who only writes (an onboarding, a thousand of them) never pays for a load that grows with the number of tenants.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import get_language

from tenants.context import TenantRef, as_umbrella
from tenants.registry import generations
from tenants.registry.models import Domain, Generation, Operator, Region, Tenant, TenantCode

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
    is_training: bool = False

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

    @property
    def is_listed(self) -> bool:
        """Whether umbrella, search and neighbours name it: a training copy is open and named nowhere."""
        return self.is_open and not self.is_training


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

    @cached_property
    def tenants_by_id(self) -> Mapping[UUID, TenantInfo]:
        """The same tenants by their ids."""
        return MappingProxyType({tenant.id: tenant for tenant in self.tenants.values()})


class SiteDirectory:
    """The snapshot in force, and the generation numbers heard of."""

    def __init__(self) -> None:
        """Start empty: the first look loads."""
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._generations: dict[str, int] = {}
        self._checked_at = 0.0
        self._is_expired = False
        self._listens = False

    @property
    def is_listening(self) -> bool:
        """Whether every move is heard and none is still to be read: only then does no look need a query."""
        return self._listens and not self._is_expired

    @is_listening.setter
    def is_listening(self, listens: bool) -> None:
        self._listens = listens

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
        # Before reading: what expires meanwhile is read once more.
        self._is_expired, self._checked_at = False, time.monotonic()
        try:
            return self._compare()
        except DatabaseError as away:
            if self._snapshot is None:
                raise
            log.warning("sites.database_away", error=type(away).__name__)
            self._is_expired, self._checked_at = True, time.monotonic()
            return self._snapshot

    def _compare(self) -> Snapshot:
        with as_umbrella():
            self._generations = dict(Generation.objects.values_list("scope", "number"))
            current = self._generations.get(generations.REGISTRY, 0)
            if self._snapshot is None or self._snapshot.generation != current:
                self._snapshot = _load(current)
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
        """Take note of a moved generation (called by the listener). Of a burst of moves only the last is loaded."""
        if scope == generations.REGISTRY:
            known = self._snapshot
            if known is None or self._is_expired or known.generation < number:
                self.reload()
        elif number > self._generations.get(scope, 0):
            self._generations[scope] = number

    def expire(self) -> None:
        """Compare with the database at the next look: for a process that has just changed the registry."""
        self._is_expired, self._checked_at = True, -math.inf

    def reload(self) -> Snapshot:
        """Compare with the database now."""
        with self._lock:
            return self._checked_snapshot()

    def forget(self) -> None:
        """Start anew, as after a fork or between tests."""
        with self._lock:
            self._snapshot, self._generations, self._checked_at, self._is_expired = None, {}, 0.0, False


def _load(generation: int) -> Snapshot:
    """Read the whole registry in five queries, joined here: the tenants first, so that what they name is there."""
    rows = list(Tenant.objects.order_by("sort_key"))
    operators = {row.id: _operator_info(row) for row in Operator.objects.all()}
    regions = {row.id: _region_info(row, operators[row.operator_id]) for row in Region.objects.all()}
    # In order of time: of a tenant's keys the newest stays.
    keys = TenantCode.objects.order_by("valid_from").values_list("tenant_id", "ags", "ars")
    codes = {tenant_id: (ags, ars) for tenant_id, ags, ars in keys}
    hosts: dict[UUID, list[tuple[str, bool]]] = {}
    for tenant_id, domain, is_primary in Domain.objects.values_list("tenant_id", "domain", "is_primary"):
        hosts.setdefault(tenant_id, []).append((domain, is_primary))
    tenants: dict[str, TenantInfo] = {}
    sites = {info.host: Site(kind="umbrella", host=info.host, region=info) for info in regions.values()}
    for row in rows:
        own = hosts.get(row.id, [])
        region, primary = regions[row.region_id], next((host for host, is_primary in own if is_primary), "")
        info = _tenant_info(
            row, region=region, operator=operators[row.operator_id], code=codes.get(row.id), host=primary
        )
        tenants[row.slug] = info
        for host, is_primary in own:
            alias_of = None if is_primary else primary
            sites[host] = Site(kind="tenant", host=host, region=region, tenant=info, redirect_to=alias_of)
    sites[settings.VERBUND_CONSOLE_HOST] = Site(kind="console", host=settings.VERBUND_CONSOLE_HOST)
    by_slug = {info.slug: info for info in regions.values()}
    return Snapshot(generation, MappingProxyType(sites), MappingProxyType(by_slug), MappingProxyType(tenants))


def _operator_info(row: Operator) -> OperatorInfo:
    return OperatorInfo(id=row.id, slug=row.slug, name=row.name, phone=row.phone, email=row.email)


def _region_info(row: Region, operator: OperatorInfo) -> RegionInfo:
    return RegionInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        texts=row.texts,
        host=row.host,
        operator=operator,
        theme=row.theme,
        contact=row.contact,
    )


def _tenant_info(
    row: Tenant, *, region: RegionInfo, operator: OperatorInfo, code: tuple[str, str] | None, host: str
) -> TenantInfo:
    ags, ars = code or ("", "")
    return TenantInfo(
        ref=row.ref,
        name=row.name,
        official_name=row.official_name,
        sort_key=row.sort_key,
        kind=row.kind,
        life=row.life,
        host=host,
        region_slug=region.slug,
        operator=operator,
        district_id=row.district_id,
        state_code=row.state_code,
        ags=ags,
        ars=ars,
        latitude=row.latitude,
        longitude=row.longitude,
        population=row.population,
        postcodes=tuple(row.postcodes),
        schema_version=row.schema_version,
        suspended_reason=row.suspended_reason,
        is_training=row.is_training,
    )


directory = SiteDirectory()
