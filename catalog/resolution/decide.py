"""What a tenant does with a service: its own decision, its region's preset, or what follows from its level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from catalog.resolution.resolve import area_covers
from catalog.resolution.values import EffectiveValue, Json, Layer, PresetRow, ServiceHead


class Decision(StrEnum):
    """A tenant's answer to a service. NOBODY is never stored: it follows from the level or the place."""

    ADOPT = "adopt"
    OVERRIDE = "override"
    LINK = "link"
    NOT_OFFERED = "not_offered"
    NOBODY = "nobody"


STORED_DECISIONS: Final = (Decision.ADOPT, Decision.OVERRIDE, Decision.LINK, Decision.NOT_OFFERED)

# The levels that a kind of tenant carries out itself. An independent city is its own district.
_OWN_LEVELS: Final[Mapping[str, frozenset[Layer]]] = {
    "town": frozenset({Layer.MUNICIPALITY}),
    "independent_city": frozenset({Layer.MUNICIPALITY, Layer.DISTRICT}),
    "district": frozenset({Layer.DISTRICT}),
}


@dataclass(frozen=True, slots=True)
class TenantProfile:
    """What a decision needs to know of a tenant. `kind`: town, independent_city or district."""

    kind: str
    ars: str
    region: str = ""

    @property
    def own_levels(self) -> frozenset[Layer]:
        """The levels whose services it carries out itself."""
        return _OWN_LEVELS[self.kind]

    @property
    def layer(self) -> Layer:
        """The layer on which its own values stand."""
        return Layer.DISTRICT if self.kind == "district" else Layer.MUNICIPALITY


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """A tenant's stored decision."""

    decision: Decision
    link_url: str = ""
    link_authority: str = ""
    reason: str = ""
    alternative: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What holds. `row` carries links, reasons and who decided; `is_preset` when the tenant has not decided yet.

    `is_of_region`: the preset is the region's own, not the one that follows from the tenant's level.
    """

    kind: Decision
    is_preset: bool
    row: AdoptionRow
    is_of_region: bool = False

    @property
    def is_own(self) -> bool:
        """The tenant carries the service out itself."""
        return self.kind in {Decision.ADOPT, Decision.OVERRIDE}

    @property
    def is_listed(self) -> bool:
        """Lists and categories show the service."""
        return self.is_own or self.kind is Decision.LINK

    @property
    def uses_overrides(self) -> bool:
        """The tenant's own values hold. With any other decision they are kept, but rest."""
        return self.kind is Decision.OVERRIDE


def decide(service: ServiceHead, tenant: TenantProfile, adoption: AdoptionRow | None) -> Decided:
    """Return what the tenant does with a service. A stored decision wins, then its region's preset, then its level.

    A region presets nothing where the service is nobody's.
    """
    if adoption is not None:
        return Decided(adoption.decision, is_preset=False, row=adoption)
    kind = decide_by_level(service, tenant)
    preset = find_preset(service, tenant) if kind is not Decision.NOBODY else None
    if preset is None:
        return Decided(kind, is_preset=True, row=AdoptionRow(kind))
    row = AdoptionRow(
        Decision(preset.decision),
        link_url=preset.link_url,
        link_authority=preset.link_authority,
        reason=preset.reason,
        alternative=preset.alternative,
    )
    return Decided(row.decision, is_preset=True, row=row, is_of_region=True)


def find_preset(service: ServiceHead, tenant: TenantProfile) -> PresetRow | None:
    """Return what the tenant's region lets it begin with, or None."""
    for preset in service.presets:
        if preset.region == tenant.region and (not preset.tenant_kinds or tenant.kind in preset.tenant_kinds):
            return preset
    return None


def decide_by_level(service: ServiceHead, tenant: TenantProfile) -> Decision:
    """Return what follows from the tenant's level.

    What its own level carries out is adopted, what a level above carries out is linked; what a level below carries
    out, or what belongs to another place, is nobody's here.
    """
    if not area_covers(service.layer, service.area, ars=tenant.ars, region=tenant.region):
        return Decision.NOBODY
    if service.layer in tenant.own_levels:
        return Decision.ADOPT
    highest = min(level.rank for level in tenant.own_levels)
    return Decision.LINK if service.layer.rank < highest else Decision.NOBODY


# The roles in a service: who does it, and by which online service.
COMPETENT: Final = "competent"
ONLINE: Final = "online"
ROLES: Final = (COMPETENT, ONLINE)


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """Who or what a service is done by in an area, in a role: an authority, an online service, or nobody.

    `is_own`: the tenant of that place does it itself, in its `unit`. `is_nobody`: nobody does it there, for sure;
    `name` and `url` then say where to go instead, where that is known. Else without a `name` the name of the tenant
    stands. `online_service` is the answer in the role ONLINE, in the shape of the field of that name.
    """

    area_prefix: str
    role: str = COMPETENT
    is_own: bool = False
    unit: str = ""
    name: str = ""
    url: str = ""
    is_nobody: bool = False
    online_service: Mapping[str, Json] | None = field(default=None, hash=False)


def find_authority(rows: Iterable[AuthorityRow], *, ars: str, role: str = COMPETENT) -> AuthorityRow | None:
    """Return who does a service at a place: the row with the longest matching prefix, or None when nothing is known."""
    matching = [row for row in rows if row.role == role and ars.startswith(row.area_prefix)]
    return max(matching, key=lambda row: len(row.area_prefix), default=None)


def choose_online_service(
    value: EffectiveValue, *, competent: AuthorityRow | None, online: AuthorityRow | None
) -> Mapping[str, Json] | None:
    """Return the online service that holds at a place, from the field's value and from who is responsible there.

    What is locked from above and what the tenant says itself go first; then the online service that is responsible at
    the place; then what the shared layers say. Where nobody is responsible there is none.
    """
    is_own = value.provenance is not None and bool(value.provenance.owner)
    if not is_own and value.locked_by is None:
        if online is not None:
            return None if online.is_nobody else online.online_service
        if competent is not None and competent.is_nobody:
            return None
    return value.value if isinstance(value.value, Mapping) else None
