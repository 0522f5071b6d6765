"""A service as it holds in this tenant, as a value; and the tenant itself as decisions need to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalog.resolution.decide import (
    AdoptionRow,
    AuthorityRow,
    Decided,
    Decision,
    TenantProfile,
    choose_online_service,
)
from catalog.resolution.values import EffectiveService, FieldKey, Json, LayerRow
from catalog.services.pinned import HeldVersion
from catalog.services.selectors import ServiceRecord
from tenants.context import current_tenant
from tenants.registry.sites import TenantInfo, directory


@dataclass(frozen=True, slots=True)
class TownService:
    """A service in this tenant: what it does with it, what holds, and its own rows, resting ones too.

    `decision_version` is 0 while nobody has decided; forms carry it back. `is_local`: only this tenant has the service.
    `authority` is who is responsible here, `online_authority` the answer for online services, both of the version that
    holds here; its validity says `is_current`.
    """

    record: ServiceRecord
    decided: Decided
    effective: EffectiveService
    own_rows: Mapping[FieldKey, LayerRow] = field(hash=False)
    authority: AuthorityRow | None = None
    online_authority: AuthorityRow | None = None
    is_current: bool = True
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

    @property
    def online_service(self) -> Mapping[str, Json] | None:
        """The online service that holds here: locked, the tenant's own, the responsible one, or the shared one."""
        value = self.effective.get("online_service")
        return choose_online_service(value, competent=self.authority, online=self.online_authority)

    @property
    def is_nobodys(self) -> bool:
        """Nobody is responsible here, and the tenant names no other authority either."""
        row = self.decided.row
        is_linked = self.decided.kind is Decision.LINK and bool(row.link_url or row.link_authority)
        return self.authority is not None and self.authority.is_nobody and not is_linked

    def text(self, name: str, language: str) -> Any:
        """Return a field's value for a page in this language, German standing in."""
        return self.effective.shown(name, language).value

    def title(self, language: str) -> str:
        """Return the title that this tenant shows."""
        return str(self.text("title", language) or self.slug)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What this tenant has stored on a service: its decision and, as plain data, its own values.

    `is_preset`: the decision was given back, `row` means nothing. `held`: the version that the tenant stays with; None
    where it follows the newest.
    """

    row: AdoptionRow
    version: int
    pinned_version: int | None
    own_values: tuple[Mapping[str, Any], ...] = field(hash=False)
    is_preset: bool = False
    held: HeldVersion | None = None

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
        return self.stored is None or not (self.stored.own_values or self.stored.held is not None)


def current_town() -> TenantInfo:
    """Return the directory's entry of the tenant of this context."""
    slug = current_tenant().slug
    return directory.snapshot().tenants.get(slug) or directory.reload().tenants[slug]


def profile_of(town: TenantInfo) -> TenantProfile:
    """Return what decisions need to know of a tenant."""
    return TenantProfile(town.kind, town.ars, town.region_slug)
